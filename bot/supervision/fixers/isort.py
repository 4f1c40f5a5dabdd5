"""Imports of Python that isort would sort anew."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="isort",
    summary="sorts the imports of all files",
    check=("isort", "--check-only", "."),
    fix=(("isort", "."),),
)
