"""Tests of JavaScript that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="jest",
    summary="runs the tests",
    check=("jest", "--ci"),
    prepare="prepare-node",
)
