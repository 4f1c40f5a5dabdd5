"""No regular expression of the diagnosis takes exponential time for any line that is made to nearly match it."""

from __future__ import annotations

import pytest

from tests.support.patterns import near_misses, patterns_of_the_diagnosis

PATTERNS = patterns_of_the_diagnosis()
LENGTH = 300
MODULES = sorted({name.partition(": ")[0] for name in PATTERNS})


@pytest.mark.parametrize("module", MODULES)
def test_near_misses_take_no_time(module: str) -> None:
    """The time-out of the suite fails a pattern of exponential cost: it would need longer than the world stands."""
    for name, pattern in PATTERNS.items():
        if name.startswith(f"{module}: "):
            for line in near_misses(pattern, LENGTH):
                pattern.search(line)
                pattern.match(line)


def test_there_are_patterns_to_try() -> None:
    assert len(PATTERNS) > 200
    assert sum(bool(near_misses(pattern, 50)) for pattern in PATTERNS.values()) > 100
