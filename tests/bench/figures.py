"""What a benchmark says: each figure with the floor measured in the same run, and the goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_WHOLE = 1e12  # beyond it a float has no digits behind the point anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value."""

    name: str
    value: float
    unit: str
    floor: str = ""  # what it is compared with, and how it compares
    goal: str = ""
    met: bool | None = None  # None: no goal, or none that this machine can judge

    @property
    def told(self) -> str:
        """The value, as exactly as it is worth."""
        if float(self.value).is_integer() and abs(self.value) < _WHOLE:
            return f"{self.value:,.0f}"
        return f"{self.value:,.3f}" if self.value < 1 else f"{self.value:,.1f}"

    @property
    def verdict(self) -> str:
        """Whether the goal is met, in a word."""
        return {None: "", True: "met", False: "MISSED"}[self.met]


def percentile(values: Sequence[float], percent: float) -> float:
    """This function will give the value below which so many percent lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


def show(title: str, figures: Iterable[Figure]) -> bool:
    """This function will print the figures and say whether every goal is met."""
    print(f"\n{title}")
    all_met = True
    for figure in figures:
        head = f"  {figure.name:44} {figure.told:>10} {figure.unit:8}"
        print(f"{head} {figure.floor:44} {figure.goal:28} {figure.verdict}".rstrip())
        all_met = all_met and figure.met is not False
    return all_met
