"""Says from when to when something ran on a day, from what EC2 tells of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

_DAY = timedelta(days=1)
_HOUR = Decimal(3600)
# User initiated (2026-11-03 16:00:00 GMT)
_SINCE = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")
_RUNS = frozenset({"pending", "running"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when to when something ran."""

    begin: datetime
    end: datetime

    @property
    def hours(self) -> Decimal:
        """How long it is."""
        return hours_of(self.end - self.begin)


def hours_of(length: timedelta) -> Decimal:
    """This function will return the length in hours, exactly."""
    return (Decimal(length.days * 86400 + length.seconds) + Decimal(length.microseconds) / 1_000_000) / _HOUR


def period_on(day: date, begin: datetime, end: datetime) -> Period | None:
    """This function will return the part of a time that lies in the day (UTC); None where there is none."""
    midnight = datetime.combine(day, time(), UTC)
    begin, end = max(begin, midnight), min(end, midnight + _DAY)
    return Period(begin=begin, end=end) if begin < end else None


def ended_at(state: str, reason: str, *, now: datetime) -> datetime | None:
    """This function will return until when a machine ran: now while it runs; None where EC2 does not tell.

    EC2 tells when a person stopped or ended it, and of one that it took back itself only that it did.
    """
    if state in _RUNS:
        return now
    told = _SINCE.search(reason)
    if told is None:
        return None
    return min(datetime.strptime(told[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC), now)
