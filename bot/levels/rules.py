"""Seconds in, levels out: what share of the waits met the goal, and how long the longest of a hundred took."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.levels.model import Day, Kind, Level, RepositoryLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bot.levels.model import Wait

# GitHub offers a delivery for three days; what is older was not waited for, but found.
LONGEST = timedelta(days=3)


def counts(wait: Wait) -> bool:
    """This function will say whether somebody waited: what is found days after is history that was read."""
    return wait.ended_at - wait.began_at <= LONGEST


def level_of(kind: Kind, seconds: Iterable[float], *, goal: float) -> Level:
    """This function will hold the waits of one kind against their goal."""
    ordered = sorted(seconds)
    if not ordered:
        return Level(kind=kind, goal=goal, count=0, kept=0)
    return Level(
        kind=kind,
        goal=goal,
        count=len(ordered),
        kept=sum(each <= goal for each in ordered),
        p50=_rank(ordered, 0.50),
        p95=_rank(ordered, 0.95),
        p99=_rank(ordered, 0.99),
        worst=ordered[-1],
    )


def levels(waits: Iterable[tuple[Kind, float]], goals: Mapping[str, float]) -> tuple[Level, ...]:
    """This function will hold waits of every kind against their goals; a kind without waits is told too."""
    found: defaultdict[Kind, list[float]] = defaultdict(list)
    for kind, seconds in waits:
        found[kind].append(seconds)
    return tuple(level_of(kind, found[kind], goal=goals[kind]) for kind in Kind)


def worst_repositories(
    waits: Iterable[tuple[int, str, Kind, float]], goals: Mapping[str, float], *, most: int
) -> tuple[RepositoryLevel, ...]:
    """This function will name the repositories in which the most waits missed their goal, the worst first.

    Args:
        waits: repository id, full name, kind and seconds of each.
        goals: seconds by kind.
        most: how many to name.
    """
    found: defaultdict[tuple[int, str, Kind], list[float]] = defaultdict(list)
    for repository_id, full_name, kind, seconds in waits:
        found[repository_id, full_name, kind].append(seconds)
    missing = [
        RepositoryLevel(repository_id=repository_id, full_name=full_name, level=level)
        for (repository_id, full_name, kind), each in found.items()
        if (level := level_of(kind, each, goal=goals[kind])).kept < level.count
    ]
    missing.sort(key=lambda one: (one.level.kept - one.level.count, one.full_name, one.level.kind))
    return tuple(missing[:most])


def every_day(found: Iterable[Day], *, until: date, days: int) -> tuple[Day, ...]:
    """This function will give each of so many days, those on which nobody waited too, the oldest first."""
    by_day = {one.day: one for one in found}
    return tuple(
        by_day.get(day) or Day(day=day, count=0, kept=0)
        for back in range(days - 1, -1, -1)
        for day in (until - timedelta(days=back),)
    )


def _rank(ordered: Sequence[float], share: float) -> float:
    """The nearest rank: a wait that somebody really had."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
