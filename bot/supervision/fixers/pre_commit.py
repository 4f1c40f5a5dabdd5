"""Hooks of pre-commit that fail; many of them mend what they find."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="pre-commit",
    check=("pre-commit", "run", "--all-files"),
    fix=(("pre-commit", "run", "--all-files"),),
    summary="lets the hooks change what they complain of",
)
