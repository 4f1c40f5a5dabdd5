"""Types of Python that do not fit; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="mypy",
    summary="checks the types",
    check=("python3", "-m", "mypy", "."),
)
