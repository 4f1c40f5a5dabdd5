"""Lints of ESLint."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="eslint",
    summary="applies the changes that ESLint is sure of",
    check=("eslint", "."),
    fix=(("eslint", "--fix", "."),),
    prepare="prepare-node",
)
