"""Makes the table of how often CI runs until forty pull requests are merged, by the train and by other ways."""

from __future__ import annotations

from bot.markdown import table
from tests.support.train_strategies import WAYS, Measured, measure

CULPRITS = (0, 1, 3)
FIRST = "one by one"  # what the others are compared with


def train_table() -> str:
    """This function will measure every way, always with the same luck, and make the table."""
    measured = {name: [measure(way, culprits) for culprits in CULPRITS] for name, way in WAYS.items()}
    head = ("way", *(f"{count} culprits" if count != 1 else "1 culprit" for count in CULPRITS), "turned away")
    rows = [(name, *_cells(found, measured[FIRST])) for name, found in measured.items()]
    return table(head, rows)


def _cells(found: list[Measured], first: list[Measured]) -> list[str]:
    runs = [
        f"{each.runs:.1f} ({each.runs / other.runs:.0%})" for each, other in zip(found, first, strict=True)
    ]
    return [*runs, f"{found[-1].turned_away:.2f}"]
