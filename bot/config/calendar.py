"""Finds what is wrong with a freeze window."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import croniter  # type: ignore[import-untyped] # it ships no types

from bot.config.freezing import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.policy import FreezeWindow

_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat|l"
_FIELD = rf"(?:[0-9*,/?#-]|{_NAMES}){{1,100}}"  # no chance: `R` would be another time at every look
_CRON = re.compile(rf"{_FIELD}(?: +{_FIELD}){{4}}", re.IGNORECASE)
_YEARS = range(1970, 9000)  # no zone can move it out of what a date can be
_ANY_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - an expression is read on a wall clock


def sense_of_window(window: FreezeWindow) -> Iterator[tuple[str, str]]:
    """This function will find what is wrong with the window: each time the key and what it takes."""
    zone_is_known = _is_zone(window.zone)
    if not zone_is_known:
        yield "zone", "it takes the name of a time zone, such as UTC or Europe/Berlin"
    if window.cron and (window.start or window.end):
        yield "cron", "a window has cron with lasts, or start with end, not both"
    elif window.cron:
        yield from _of_cron(window)
    elif not window.start or not window.end:
        yield "start" if window.start else "end", "a window needs cron with lasts, or start with end"
    elif window.lasts is not None:
        yield "lasts", "it belongs to cron; a window from start to end needs none"
    elif zone_is_known:
        yield from _of_dates(window)


def _of_cron(window: FreezeWindow) -> Iterator[tuple[str, str]]:
    if not names_a_time(window.cron):
        yield "cron", "it takes five fields: minute, hour, day, month, weekday, as in 0 16 * * 5"
    if window.lasts is None:
        yield "cron", "it needs lasts, which says how long the window lasts"


def _of_dates(window: FreezeWindow) -> Iterator[tuple[str, str]]:
    for key, text in (("start", window.start), ("end", window.end)):
        if not _is_time(text):
            yield key, "it takes a date or a time, such as 2026-12-20 or 2026-12-20T18:00"
            return
    begin, end = bounds(window)
    if end <= begin:
        yield "end", "it lies before the start"


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).year in _YEARS
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # no such name; a name that is a folder
        return False
    return True


def names_a_time(expression: str) -> bool:
    """This function will say whether a cron expression can be read and ever comes: 31 February does not."""
    if not _CRON.fullmatch(expression.strip()):
        return False
    try:
        croniter.croniter(expression, _ANY_DAY).get_prev(datetime)
    except (croniter.CroniterError, ValueError, KeyError, TypeError):
        return False
    return True
