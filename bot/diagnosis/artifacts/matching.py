"""Tells which failure of an artifact is which of the log, whose words for one test differ."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Failure, Location

_WORD = re.compile(r"\w+")
_CLASS = re.compile(r"^[\w.$]+: ")
_TELLING = 12  # characters of a message that are no coincidence
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

    A part of a name counts only where it is the part of one name alone, a place only where the log names no test.
    """
    pairs = [
        (score, index, place, test)
        for index, failure in enumerate(found)
        for place, other in enumerate(log)
        for test in other.tests or ("",)
        if (score := _likeness(failure, other, test))
    ]
    parts = Counter((place, test) for score, _, place, test in pairs if test and score == _PART)
    chosen: dict[int, int] = {}
    taken: set[tuple[int, str]] = set()
    for score, index, place, test in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        is_vague = score == _PART and parts[place, test] > 1
        if index not in chosen and (place, test) not in taken and not is_vague:
            chosen[index] = place
            taken.add((place, test))
    return chosen


def _likeness(failure: Failure, other: Failure, test: str) -> int:
    if test:
        return max((likeness(name, test) for name in failure.tests), default=0)
    return _PART if repeats(other, failure) else 0


def repeats(other: Failure, failure: Failure) -> bool:
    """This function will say whether a failure of the log only tells once more of an artifact's failure.

    It names the tests around it, or names none and tells of its place, its message or its name.
    """
    if other.tests:
        return all(any(name.startswith(f"{test}/") for name in failure.tests) for test in other.tests)
    if other.cause not in {Cause.TEST, Cause.UNKNOWN}:
        return False
    if any(is_same_place(one, another) for one in failure.locations for another in other.locations):
        return True
    said = _CLASS.sub("", failure.message)
    if len(said) >= _TELLING and said in other.message:
        return True
    words = words_of(other.message)
    tails = [words_of(test)[-2:] for test in failure.tests]
    return any(len(tail) > 1 and tail in set(pairwise(words)) for tail in tails)


def best_name(known: str, told: str) -> str:
    """This function will choose between the log's and the artifact's name of one test."""
    ours, theirs = words_of(known), words_of(told)
    if len(theirs) > len(ours) or theirs == ours[: len(theirs)] != ours:
        return told  # the log's lacks its class, or has words that are none of it
    return told if sorted(theirs) == sorted(ours) and " " not in told else known


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
