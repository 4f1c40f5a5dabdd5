"""Tests of Python that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="pytest",
    check=("python3", "-m", "pytest", "-q"),
)
