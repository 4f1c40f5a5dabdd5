"""Lints of flake8; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="flake8",
    check=("flake8",),
)
