"""States in numbers what the parsers say about each line: which told it, how sure, where in their block it stands."""

from __future__ import annotations

from bisect import bisect_left
from math import log1p
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.parsing import Finding

_FAR = 200  # lines; what is farther away counts as this far
_CAUSES = (Cause.TEST, Cause.COMPILE, Cause.LINT, Cause.DEPENDENCY, Cause.INFRASTRUCTURE, Cause.CONFIGURATION)

MEMBERSHIP_NAMES: tuple[str, ...] = (
    "is told", "parsers that tell it", "best rank", "place in its block", "to its block's end", "lines of its block",
    "number of its block", "is the block's message", "block names a test", "block names a place",
    *(f"block is of {cause.value}" for cause in _CAUSES),
    "is in the first block", "to the first block above", "to the first block below", "to a block above",
    "to a block below", "best rank of all", "blocks", "blocks of the best rank", "rank of the block above",
    "rank of the block below",
    "is inside a block's span",
)  # fmt: skip


def membership(
    log: Log, found: Sequence[tuple[str, Finding]], indexes: Sequence[int]
) -> list[tuple[float, ...]]:
    """This function will state for every index what parsers say about it; the findings come ranked."""
    inside: dict[int, list[int]] = {}
    for number, (_, finding) in enumerate(found):
        for place in finding.places:
            inside.setdefault(place, []).append(number)
    places = sorted(inside)
    best = min((finding.rank for _, finding in found), default=Rank.WRAPPER)
    overall = (
        float(best) if found else 9.0,
        log1p(len(found)),
        log1p(sum(finding.rank == best for _, finding in found)),
    )
    first = sorted(found[0][1].places) if found else []
    rows = []
    for index in indexes:
        own = _own(log, index, [(number, found[number]) for number in inside.get(index, ())])
        above, below = _next(places, index)
        rows.append(
            (
                *own,
                float(index in first),
                *(_distance(index, place) for place in _next(first, index)),
                _distance(index, above),
                _distance(index, below),
                *overall,
                _rank(found, inside, above),
                _rank(found, inside, below),
                float(
                    above is not None and below is not None and bool(set(inside[above]) & set(inside[below]))
                ),
            )
        )
    return rows


def _own(log: Log, index: int, mine: list[tuple[int, tuple[str, Finding]]]) -> tuple[float, ...]:
    if not mine:
        return (0.0, 0.0, 9.0, -1.0, -1.0, 0.0, -1.0, 0.0, 0.0, 0.0, *(0.0 for _ in _CAUSES))
    number, (_, finding) = min(mine, key=lambda one: (one[1][1].rank, one[0]))
    place = finding.places.index(index)
    text = log.lines[index].text.strip()
    return (
        1.0,
        float(len({tool for _, (tool, _) in mine})),
        float(finding.rank),
        log1p(place),
        log1p(len(finding.places) - place - 1),
        log1p(len(finding.places)),
        log1p(number),
        float(bool(text) and finding.message.strip() in text),
        float(bool(finding.tests)),
        float(bool(finding.locations)),
        *(float(finding.cause is cause) for cause in _CAUSES),
    )


def _next(places: Sequence[int], index: int) -> tuple[int | None, int | None]:
    """The nearest of the places above and below, the index itself left out."""
    at = bisect_left(places, index)
    above = places[at - 1] if at else None
    after = at + (at < len(places) and places[at] == index)
    below = places[after] if after < len(places) else None
    return above, below


def _distance(index: int, place: int | None) -> float:
    return log1p(_FAR if place is None else min(_FAR, abs(place - index)))


def _rank(found: Sequence[tuple[str, Finding]], inside: dict[int, list[int]], place: int | None) -> float:
    return 9.0 if place is None else float(min(found[number][1].rank for number in inside[place]))
