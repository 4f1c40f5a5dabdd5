"""A commit of the demo whose test fails wherever it is run: the harbour log misspells a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBERS = "src/harbour/numbers.py"
CHECK = "tests/test_number.py"
MISSPELLED = '''\
"""Spells numbers for the harbour log."""

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")


def spell(value: int) -> str:
    """Return small numbers as words."""
    return WORDS[value] if 0 <= value < len(WORDS) else str(value)
'''
PROOF = '''\
"""Numbers below ten are words; it runs by itself and by pytest."""

import sys

sys.path.insert(0, "src")

from harbour.numbers import spell


def test_number() -> None:
    assert spell(9) == "nine", f"9 is written {spell(9)!r}"


if spell(9) != "nine":
    sys.exit(f"FAILED tests/test_number.py::test_number - 9 is written {spell(9)!r}")
'''


def misspells(files: Mapping[str, bytes]) -> bool:
    """This function will say whether a tree has the test and fails it."""
    return CHECK in files and b'"nine"' not in files.get(NUMBERS, b"")
