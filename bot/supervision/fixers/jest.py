"""Tests of JavaScript that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="jest",
    check=("jest", "--ci"),
    prepare="prepare-node",
)
