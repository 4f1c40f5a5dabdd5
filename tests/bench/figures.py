"""What a benchmark says: each figure with the floor measured in the same run, and the goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value."""

    name: str
    value: float
    unit: str
    floor: str = ""  # what it is compared with, and how it compares
    goal: str = ""
    met: bool | None = None  # None: no goal, or none that this machine can judge


def percentile(values: Sequence[float], percent: float) -> float:
    """This function will give the value below which so many percent lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


def show(title: str, figures: Iterable[Figure]) -> bool:
    """This function will print the figures and say whether every goal is met."""
    print(f"\n{title}")
    all_met = True
    for figure in figures:
        verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
        value = f"{figure.value:,.3f}" if figure.value < 1 else f"{figure.value:,.1f}"
        print(
            f"  {figure.name:44} {value:>10} {figure.unit:8} {figure.floor:44} {figure.goal:28} {verdict}".rstrip()
        )
        all_met = all_met and figure.met is not False
    return all_met
