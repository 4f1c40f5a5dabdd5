"""Tests of JavaScript that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="vitest",
    summary="runs the tests",
    check=("vitest", "run"),
    prepare="prepare-node",
)
