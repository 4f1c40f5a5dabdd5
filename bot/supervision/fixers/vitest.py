"""Tests of JavaScript that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="vitest",
    check=("vitest", "run"),
    prepare="prepare-node",
)
