"""Lints of pylint; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="pylint",
    check=("pylint", "--recursive=y", "."),
)
