"""Python that is not formatted as black formats it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="black",
    summary="formats all files",
    check=("black", "--check", "."),
    fix=(("black", "."),),
)
