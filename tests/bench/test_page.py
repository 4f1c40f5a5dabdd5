"""The published figures: one section for each benchmark, made anew by its run and by nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.bench.__main__ import BENCHES
from tests.bench.figures import Figure
from tests.bench.page import PAGE, sections, written

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLES = {"fast": "How fast?", "small": "How small?"}


def figures(value: float) -> Sequence[Figure]:
    return [Figure(name="p99", value=value, unit="ms", floor="bare | 1 ms", goal="≤ 10", met=value <= 10)]


def test_a_run_writes_its_own_section_and_leaves_the_others() -> None:
    first = written("", {"fast": figures(9), "small": figures(7)}, TITLES, load=1.2)
    again = written(first, {"small": figures(11)}, TITLES, load=1.2)
    assert sections(first) == sections(again) == ["fast", "small"]
    assert "| p99 | 9 ms | bare \\| 1 ms | ≤ 10 | met |" in again
    assert "| p99 | 11 ms | bare \\| 1 ms | ≤ 10 | MISSED |" in again
    assert "7 ms" not in again
    assert "`python -m tests.bench small`, at a load average of 1 before it" in again
    assert written(again, {}, TITLES, load=1.2) == again
    smaller = written(again, {"fast": figures(9)}, TITLES, load=1.2, size="--deliveries=20")
    assert "`python -m tests.bench fast --deliveries=20`, at a load" in smaller
    assert sections(smaller) == ["fast", "small"]


def test_the_section_of_a_benchmark_that_is_gone_goes() -> None:
    page = written("", {"fast": figures(9), "small": figures(7)}, TITLES, load=1.2)
    assert sections(written(page, {}, {"small": "How small?"}, load=1.2)) == ["small"]


def test_the_published_page_has_every_benchmark_under_its_question_and_no_date() -> None:
    """What `make bench` measures is published as it is, and a benchmark that is not published does not exist."""
    page = PAGE.read_text(encoding="utf-8")
    assert sections(page) == list(BENCHES)
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == list(BENCHES.values())
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", page)
