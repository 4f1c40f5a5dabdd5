"""Lints of Markdown."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="markdownlint",
    summary="applies the changes that markdownlint is sure of",
    check=("markdownlint", ".", "--ignore", "node_modules"),
    fix=(("markdownlint", "--fix", ".", "--ignore", "node_modules"),),
    prepare="prepare-node",
)
