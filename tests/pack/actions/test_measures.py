"""Figures that must not get worse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.pack_programs import Machine, Ran


def _compare(machine: Machine, now: str | None, *earlier: dict[str, float], higher: str = "") -> Ran:
    measures, history = machine.folder / "measures.txt", machine.folder / "figures.json"
    if now is not None:
        measures.write_text(now)
    if earlier:
        history.write_text(json.dumps(earlier))
    told = {
        "SUITE": "perf",
        "TOLERANCE": "0.1",
        "HIGHER": higher,
        "EARLIER": str(history),
        "MEASURES": str(measures),
    }
    return machine.run("pilothouse-measures/measures.py", told=told)


@pytest.mark.parametrize(
    ("now", "earlier", "higher", "is_fine"),
    [
        ("p99_us 109", 100.0, "", True),
        ("p99_us 111", 100.0, "", False),
        ("p99_us 50", 100.0, "", True),
        ("reads_per_second 91", 100.0, "*_per_second", True),
        ("reads_per_second 89", 100.0, "*_per_second", False),
        ("reads_per_second 300", 100.0, "x *_second", True),
        ("lost 0", 0.0, "", True),
        ("lost 1", 0.0, "", False),
        ("balance -12", -10.0, "", True),
        ("balance -8", -10.0, "", False),
    ],
)
def test_worse_by_more_than_the_tolerance_is_red(
    machine: Machine, now: str, earlier: float, higher: str, *, is_fine: bool
) -> None:
    """What should be low may not grow, what should be high may not shrink, by more than the tolerance."""
    name = now.split(maxsplit=1)[0]
    ran = _compare(machine, now, {name: earlier}, higher=higher)
    assert (ran.code == 0) == is_fine, ran.text
    assert is_fine or f"::error::perf: worse than the default branch by more than 0.1: {name}" in ran.text


def test_one_slow_machine_moves_no_baseline(machine: Machine) -> None:
    """Figures are held to the middle of the latest five runs."""
    runs = [{"p99": value} for value in (1.0, 1.0, 100.0, 101.0, 250.0, 99.0, 100.0)]
    assert _compare(machine, "p99 108", *runs).code == 0
    assert _compare(machine, "p99 112", *runs).code == 1


def test_the_first_figures_have_nothing_to_be_held_to(machine: Machine) -> None:
    """Without earlier figures the outcome is unknown, told so, and remembered."""
    ran = _compare(machine, "p99 5\n")
    assert ran.code == 0
    assert "| p99 | unknown | 5 |  | nothing to hold it to yet |" in ran.summary
    assert json.loads((machine.folder / "figures.json").read_text()) == [{"p99": 5.0}]


def test_a_figure_that_is_gone_is_told(machine: Machine) -> None:
    """A benchmark that was dropped does not pass unseen."""
    assert (
        "| p50 | 2 | unknown |  | not measured any more |"
        in _compare(machine, "p99 5", {"p99": 5, "p50": 2}).summary
    )


def test_only_so_much_is_remembered(machine: Machine) -> None:
    """Twenty runs, the latest last; worse figures are remembered, too: what a merge accepted is what counts then."""
    assert _compare(machine, "p99 99", *({"p99": 1.0} for _ in range(30))).code == 1
    kept = json.loads((machine.folder / "figures.json").read_text())
    assert (len(kept), kept[-1]) == (20, {"p99": 99.0})


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "p99",
        "p99 fast",
        "p99 nan",
        "p99 inf",
        "`x` 1",
        "a b 1",
        "<img> 1",
        "\n".join(f"m{n} 1" for n in range(1001)),
    ],
)
def test_what_is_no_figure_is_refused(machine: Machine, text: str | None) -> None:
    """A suite that measures and wrote nothing, or something else, is red: nothing was compared."""
    ran = _compare(machine, text)
    assert ran.code == 1
    assert "::error::perf: " in ran.text


@pytest.mark.parametrize("kept", ["", "{}", '[{"p99": "x"}]', "[1]", '{"a": 1}'])
def test_an_unreadable_memory_is_none(machine: Machine, kept: str) -> None:
    """A torn cache makes the outcome unknown, not red."""
    (machine.folder / "figures.json").write_text(kept)
    assert "nothing to hold it to yet" in _compare(machine, "p99 5").summary
