"""Tests of Python that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="unittest",
    summary="runs the tests",
    check=("python3", "-m", "unittest", "discover"),
)
