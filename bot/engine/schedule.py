"""The clock: starts of flows at the times of cron expressions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from croniter import croniter  # type: ignore[import-untyped] # it ships no types

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from bot.engine.model import Intent, Start

log = structlog.get_logger()

_LONGEST_SLEEP = 60.0  # the wall clock may be set meanwhile
_PAUSE = 5.0
_SET_BACK = timedelta(minutes=1)  # less is a clock that is put right


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A start at every time that the cron expression names; times missed while down are skipped.

    The run id derives from the time, so that several workers start it once.
    """

    name: str
    cron: str  # minute hour day month weekday, in UTC
    start: Callable[[datetime], Start]
    at_startup: bool = False


async def run_schedules(
    schedules: Sequence[Schedule],
    *,
    clock: Callable[[], datetime],
    submit: Callable[[Iterable[Intent]], Awaitable[None]],
) -> None:
    """This function will start what is due, for ever."""
    now = clock()
    await _begin([each.start(now) for each in schedules if each.at_startup], submit)
    due = {each.name: next_time(each.cron, now) for each in schedules}
    newest = dict.fromkeys(due, now)  # the last time for which each was started
    while due:
        before, wait = now, (min(due.values()) - clock()).total_seconds()
        await asyncio.sleep(min(max(wait, 0.0), _LONGEST_SLEEP))
        now = clock()
        if now < before - _SET_BACK:  # what was due by the clock that was wrong would wait for that time
            due = {each.name: next_time(each.cron, now) for each in schedules}
        ready = [each for each in schedules if due[each.name] <= now]
        try:
            await submit([each.start(_unused(due[each.name], newest[each.name])) for each in ready])
        except Exception:  # the database may be away: the next time comes
            log.exception("schedule_failed", schedules=[each.name for each in ready])
        for each in ready:
            newest[each.name] = max(newest[each.name], due[each.name])
            due[each.name] = next_time(each.cron, now)


async def _begin(starts: Sequence[Start], submit: Callable[[Iterable[Intent]], Awaitable[None]]) -> None:
    """Start what goes with every start-up, however long the database is away just then."""
    while True:
        try:
            return await submit(starts)
        except (
            Exception
        ):  # as below; what was missed while we were down is asked for here, so it is not skipped
            log.exception("schedule_failed", schedules=[each.flow for each in starts])
        await asyncio.sleep(_PAUSE)


def _unused(due: datetime, newest: datetime) -> datetime:
    """The time that names a start: a time that comes a second time, by a clock that was set back, is another one."""
    return due if due > newest else due + timedelta(seconds=1)


def next_time(cron: str, after: datetime) -> datetime:
    """This function will give the first time after that one which the expression names.

    Raises:
        ValueError: the expression is none.
    """
    found: datetime = croniter(cron, after).get_next(type(after))
    return found
