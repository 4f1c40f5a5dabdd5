"""Lints of ruff."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="ruff",
    summary="applies the changes that ruff calls safe",
    check=("ruff", "check", "."),
    fix=(("ruff", "check", "--fix", "."),),
)
