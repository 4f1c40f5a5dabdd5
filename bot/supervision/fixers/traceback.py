"""Python that cannot be loaded; no tool mends it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="traceback",
    check=("python3", "-m", "compileall", "-q", "."),
)
