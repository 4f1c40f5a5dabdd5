"""Python that is not formatted as ruff formats it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="ruff format",
    summary="formats all files",
    check=("ruff", "format", "--check", "."),
    fix=(("ruff", "format", "."),),
)
