"""Gathers from the rows what is known when a look is concluded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.costs.metering.concluding import LookFacts, conclude_look
from bot.costs.metering.forecast import LONG, Course, Mark
from bot.costs.metering.reconcile import FORTNIGHT, Ledgers
from bot.costs.notices.store import failed_notices
from bot.costs.store.meters import lines_of, metered_sums, source_sums
from bot.costs.store.readings import curve_of, first_looks, forget_later, save_reading, source_amounts
from bot.costs.store.settled import settled_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from bot.costs.metering.model import Told
    from bot.costs.model import Gap, Reading
    from bot.costs.standing import Budget

_KNOWN_SINCE = timedelta(days=30)  # how far back is looked for the first day of an account
_COURSES = 7  # earlier days whose course is followed
_WHOLE = timedelta(hours=1)  # by which the looks of a whole day may miss its ends
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a look has heard by itself."""

    look: str
    budget: Budget
    at: datetime  # when it looks
    now: datetime  # of the day that it is about: its end, where it completes one
    day: date
    told: Sequence[Told]
    clock: Gap | None
    gaps: Sequence[Gap]
    calls: Mapping[str, int]


def conclude(connection: Connection, heard: Heard) -> Reading:
    """This function will draw the conclusion of a look and store it; done twice, it is stored once."""
    forget_later(connection, heard.budget.repository.id, heard.at)
    reading = conclude_look(_gathered(connection, heard))
    save_reading(connection, reading)
    return reading


def _gathered(connection: Connection, heard: Heard) -> LookFacts:
    repository, day = heard.budget.repository.id, heard.day
    return LookFacts(
        look=heard.look,
        budget=heard.budget,
        now=heard.now,
        day=day,
        lines=lines_of(connection, repository, day),
        told=heard.told,
        clock=heard.clock,
        gaps=(*heard.gaps, *failed_notices(connection, repository, day)),
        calls=heard.calls,
        ledgers=_ledgers(connection, repository, day),
        yesterday=source_sums(connection, repository, day - _DAY),
        looks=source_amounts(connection, repository, since=heard.now - LONG, until=heard.now),
        courses=_courses(connection, repository, day),
    )


def _ledgers(connection: Connection, repository: int, day: date) -> Ledgers:
    since, until = day - FORTNIGHT, day - _DAY
    return Ledgers(
        today=day,
        settled=settled_lines(connection, repository, since=since, until=until),
        metered=metered_sums(connection, repository, since=day - _KNOWN_SINCE, until=until),
        first_looks=first_looks(connection, repository, since=since),
    )


def _courses(connection: Connection, repository: int, day: date) -> tuple[Course, ...]:
    """The earlier days that were looked at from their beginning to their end."""
    found = []
    for ago in range(_COURSES, 0, -1):
        earlier = day - ago * _DAY
        midnight = datetime.combine(earlier, time(), tzinfo=UTC)
        points = curve_of(connection, repository, earlier)
        if points and points[0].at <= midnight + _WHOLE and points[-1].at >= midnight + _DAY - _WHOLE:
            found.append(
                Course(day=earlier, marks=tuple(Mark(at=one.at, amount=one.spent) for one in points))
            )
    return tuple(found)
