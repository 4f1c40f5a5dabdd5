"""Tests of Python that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="unittest",
    check=("python3", "-m", "unittest", "discover"),
)
