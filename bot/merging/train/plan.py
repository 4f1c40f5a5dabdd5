"""Decides what a train tests next: as many as are likely to be green together, and halves of what was red."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Red:
    """Some from the front of the line that were red together; what of them was merged since is left out."""

    batch_id: str
    cars: tuple[int, ...]
    attempts: int = 1  # how often its jobs ran
    is_known_flaky: bool = False  # all that failed is known to come and go without a cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a train knows of one base: who waits, which of them were red together, whether the base is well."""

    waiting: tuple[int, ...] = ()  # numbers, the next one first
    reds: tuple[Red, ...] = ()  # each a beginning of the line, the longest first
    is_base_proven: bool = False  # the checks of the base's newest commit, or of its very tree, are green


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the configuration and experience say about how to test."""

    batch: int  # how many are tested together at most
    retries: int  # how often failed jobs run again before somebody is blamed
    culprits: float  # how many of a hundred were culprits lately, as a share of one


@dataclass(frozen=True, slots=True)
class Try:
    """Build these on top of each other and test the last; none of them is the base alone."""

    cars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """Run the failed jobs of this batch once more."""

    red: Red


@dataclass(frozen=True, slots=True)
class Blame:
    """The base is green without this one and was red with it, as often as it was asked."""

    car: int
    red: Red


@dataclass(frozen=True, slots=True)
class Rest:
    """Nobody waits."""


Step = Try | Again | Blame | Rest


def next_step(line: Line, limits: Limits) -> Step:
    """This function will say what to do next.

    What was red together is searched by halves for its first culprit: the half that is green is merged at once. Its
    failed jobs run again first where they are known to fail without a cause; else that waits until one is left, for
    most often the half must be tested anyway.
    """
    if not line.waiting:
        return Rest()
    if not line.reds:
        return Try(line.waiting[: best_size(limits.culprits, limits.batch)])
    red = line.reds[-1]
    is_last = len(red.cars) == 1
    if red.attempts <= limits.retries and (is_last or red.is_known_flaky):
        return Again(red)
    if not is_last:
        return Try(red.cars[: len(red.cars) // 2])
    if not line.is_base_proven:
        return Try(())
    return Blame(red.cars[0], red)


def line_up(line: Line, ready: Sequence[int]) -> Line:
    """This function will let those wait that are ready, in their order, behind those that are searched already.

    What was red with one that is not ready any more says nothing about the others.
    """
    there = set(ready)
    reds = tuple(red for red in line.reds if there.issuperset(red.cars))
    searched = reds[0].cars if reds else ()
    others = tuple(car for car in ready if car not in searched)
    return replace(line, waiting=searched + others, reds=reds)


def after_red(line: Line, red: Red) -> Line:
    """This function will remember that these were red together, in place of what was known of the same batch."""
    others = tuple(each for each in line.reds if each.batch_id != red.batch_id)
    return replace(line, reds=tuple(sorted((*others, red), key=lambda one: -len(one.cars))))


def after_merge(line: Line, cars: Collection[int]) -> Line:
    """This function will let those go that were merged as they were tested: the base is proven with them."""
    shorter = (replace(red, cars=_without(red.cars, cars)) for red in line.reds)
    reds = tuple(red for red in shorter if red.cars)
    return Line(waiting=_without(line.waiting, cars), reds=reds, is_base_proven=True)


def proven(line: Line) -> Line:
    """This function will remember that the base is green by itself."""
    return replace(line, is_base_proven=True)


def without(line: Line, cars: Collection[int]) -> Line:
    """This function will take those out of the line, and forget what was red with them."""
    reds = tuple(red for red in line.reds if not set(red.cars) & set(cars))
    return replace(line, waiting=_without(line.waiting, cars), reds=reds)


def known_from(line: Line, batches: Collection[str]) -> Line:
    """This function will forget what other batches than these have shown."""
    return replace(line, reds=tuple(red for red in line.reds if red.batch_id in batches))


def on_other_base(line: Line) -> Line:
    """This function will forget what was known of a base that somebody else moved."""
    return Line(waiting=line.waiting)


def best_size(culprits: float, most: int) -> int:
    """This function will say how many to test together, so that each test settles as many as possible.

    Args:
        culprits: The share of pull requests that are green alone and red on top of others.
        most: How many may be tested together.
    """
    return max(range(1, most + 1), key=lambda size: (round(_settled_by_a_test(size, culprits), 9), -size))


def _settled_by_a_test(size: int, culprits: float) -> float:
    """A green batch settles all of it; a red one those up to its first culprit, after a search by halves."""
    green = (1 - culprits) ** size
    settled = size * green + sum(n * culprits * (1 - culprits) ** (n - 1) for n in range(1, size + 1))
    tests = 1 + (1 - green) * (log2(size) + 1)
    return settled / tests


def _without(cars: tuple[int, ...], gone: Collection[int]) -> tuple[int, ...]:
    return tuple(car for car in cars if car not in gone)
