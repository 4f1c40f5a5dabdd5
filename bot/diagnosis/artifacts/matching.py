"""Tells which failure of an artifact is which of the log, whose words for one test differ."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Failure, Location

_WORD = re.compile(r"\w+")
_SAME, _ALIKE, _PART = 3, 2, 1


def words_of(name: str) -> tuple[str, ...]:
    """This function will cut a test's name where tools put their signs: `a::b`, `a > b`, `b(a)`, `a.b`."""
    return tuple(_WORD.findall(name))


def likeness(one: str, other: str) -> int:
    """This function will say how surely two names are one test's: 3 the same, 2 its words, 1 a part, 0 not."""
    if one == other:
        return _SAME
    short, long = sorted((words_of(one), words_of(other)), key=len)
    if not short:
        return 0
    if short == long or sorted(short) == sorted(long):
        return _ALIKE
    return _PART if short in {long[-len(short) :], long[: len(short)]} else 0


def partners(found: Sequence[Failure], log: Sequence[Failure]) -> dict[int, int]:
    """This function will give, for failures of artifacts by index, the index of the log's failure of the same test.

    A part of a name counts only where it is the part of one name alone.
    """
    pairs = [
        (score, index, place, test)
        for index, failure in enumerate(found)
        for place, other in enumerate(log)
        for test in other.tests
        if (score := max((likeness(name, test) for name in failure.tests), default=0))
    ]
    parts = Counter((place, test) for score, _, place, test in pairs if score == _PART)
    chosen: dict[int, int] = {}
    taken: set[tuple[int, str]] = set()
    for score, index, place, test in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        is_vague = score == _PART and parts[place, test] > 1
        if index not in chosen and (place, test) not in taken and not is_vague:
            chosen[index] = place
            taken.add((place, test))
    return chosen


def is_same_place(one: Location, other: Location) -> bool:
    """This function will say whether two places are one, though one path may leave its first folders out."""
    if one.line != other.line:
        return False
    short, long = sorted((one.path.strip("/"), other.path.strip("/")), key=len)
    return bool(short) and (long == short or long.endswith("/" + short))


def unite_places(first: Sequence[Location], more: Sequence[Location], most: int = 4) -> tuple[Location, ...]:
    """This function will join places, of two that are one the path that lies in the repository."""
    united: list[Location] = []
    for place in (*first, *more):
        twin = next((index for index, known in enumerate(united) if is_same_place(known, place)), None)
        if twin is None:
            united.append(place)
        elif united[twin].path.startswith("/"):
            united[twin] = place
    return tuple(united[:most])
