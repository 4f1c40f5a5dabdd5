"""Foretells what the whole day will cost: what is spent, the rate of the last hours, and how earlier days went on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from bot.costs.model import Forecast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_HOUR = timedelta(hours=1)
_SHORT = timedelta(minutes=30)  # over which what runs evenly shows what runs now
LONG = timedelta(hours=3)  # over which what comes in bursts is evened out
_NEAR = Decimal(2)  # hours for which the present rate says more than earlier days do
_DAYS = 2  # earlier days from which on their course counts
_UNKNOWN = Decimal("0.1")  # of what is to come: nobody knows it better
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a source had metered at a time, counted from the beginning of today; less than nothing before it."""

    at: datetime
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one earlier day went: what it had cost at each of its looks."""

    day: date
    marks: tuple[Mark, ...]  # in their order; the last one is the whole day

    def left_after(self, since_midnight: timedelta) -> Decimal:
        """This function will return what the day still cost after that time of day."""
        at = _midnight(self.day) + since_midnight
        before = [mark.amount for mark in self.marks if mark.at <= at]
        return self.marks[-1].amount - (before[-1] if before else NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastFacts:
    """What is known when a day is foretold."""

    now: datetime
    spent: Decimal
    limit: Decimal
    marks: Mapping[str, Sequence[Mark]]  # by source, in their order, the last one of now
    steady: frozenset[str] = frozenset()  # sources of what runs evenly
    courses: Sequence[Course] = ()


def forecast(facts: ForecastFacts) -> Forecast:
    """This function will foretell the day's cost with its range, and when the limit is reached at this rate."""
    left = _hours(_midnight(facts.now.date()) + timedelta(days=1) - facts.now)
    rates = [_rates(marks, is_steady=source in facts.steady) for source, marks in facts.marks.items()]
    rate = sum((now for now, _ in rates), NOTHING)
    at_rates = [rate * left, sum((min(pair) for pair in rates), NOTHING) * left]
    at_rates.append(sum((max(pair) for pair in rates), NOTHING) * left)
    near, courses = _by_courses(facts, rate, min(left, _NEAR)), _by_courses(facts, rate, NOTHING)
    likely = median(near) if len(near) >= _DAYS else at_rates[0]
    ways = (*at_rates, *near, *courses, likely)
    return Forecast(
        low=facts.spent + min(ways) * (1 - _UNKNOWN),
        likely=facts.spent + likely,
        high=facts.spent + max(ways) * (1 + _UNKNOWN),
        rate=rate,
        limit_in=_limit_in(facts, rate, left),
    )


def _rates(marks: Sequence[Mark], *, is_steady: bool) -> tuple[Decimal, Decimal]:
    """Dollars an hour: as it goes on now, and as it could as well."""
    short, long = _rate(marks, _SHORT), _rate(marks, LONG)
    return (short, long) if is_steady else (long, short)


def _rate(marks: Sequence[Mark], window: timedelta) -> Decimal:
    """Over the window before the newest mark; over more where the looks lie further apart."""
    newest = marks[-1]
    before = [mark for mark in marks if mark.at < newest.at]
    if not before:
        return NOTHING
    inside = [mark for mark in before if mark.at >= newest.at - window]
    first = inside[0] if inside else before[-1]
    return max(newest.amount - first.amount, NOTHING) / _hours(newest.at - first.at)


def _by_courses(facts: ForecastFacts, rate: Decimal, near: Decimal) -> list[Decimal]:
    """What is to come if so many hours are as now and the rest as on each earlier day."""
    since_midnight = facts.now - _midnight(facts.now.date()) + _HOUR * float(near)
    return [rate * near + course.left_after(since_midnight) for course in facts.courses]


def _limit_in(facts: ForecastFacts, rate: Decimal, left: Decimal) -> timedelta | None:
    missing = facts.limit - facts.spent
    if missing <= 0:
        return timedelta(0)
    if missing > rate * left:
        return None
    return _HOUR * float(missing / rate)


def _hours(span: timedelta) -> Decimal:
    return Decimal(str(span / _HOUR))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
