"""Types of Python that do not fit; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="pyright",
    check=("pyright",),
)
