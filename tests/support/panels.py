"""How the panels of a Grafana dashboard lie on its grid of 24 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LAST_COLUMN = 23


def assert_laid_out(panels: Iterable[Mapping[str, Any]]) -> None:
    """This function will assert that panels fill the width, none lies on another, and each has a number of its own."""
    shown = list(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in shown)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == _LAST_COLUMN
    assert len({panel["id"] for panel in shown}) == len(shown)
