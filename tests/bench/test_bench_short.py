"""Every benchmark runs: its short form shows that it works, not how fast we are."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from tests.bench.__main__ import BENCHES
from tests.bench.figures import Figure, percentile, show

pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("name", BENCHES)
def test_a_benchmark_measures_something(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--short", name], check=False, capture_output=True, text=True
    )
    assert name in done.stdout, done.stderr
    assert "nan" not in done.stdout
    assert len(done.stdout.splitlines()) > 2


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3, 1, 2], 50) == 2
    assert percentile([1.0] * 99 + [9.0], 99) == 9.0
    assert math.isnan(percentile([], 50))


def test_a_missed_goal_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    figures = [
        Figure(name="quick", value=2000, unit="/s", goal="≥ 1", met=True),
        Figure(name="slow", value=0.5, unit="s", goal="≤ 0.1", met=False),
    ]
    assert not show("race", figures)
    assert show("race", figures[:1])
    printed = capsys.readouterr().out
    assert "MISSED" in printed
    assert "2,000 /s" in printed
