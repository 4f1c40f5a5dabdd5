"""Lints of style sheets."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="stylelint",
    summary="applies the changes that stylelint is sure of",
    check=("stylelint", "**/*.{css,scss}"),
    fix=(("stylelint", "--fix", "**/*.{css,scss}"),),
    prepare="prepare-node",
)
