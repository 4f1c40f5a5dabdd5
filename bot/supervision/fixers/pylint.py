"""Lints of pylint; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="pylint",
    summary="checks all files",
    check=("pylint", "--recursive=y", "."),
)
