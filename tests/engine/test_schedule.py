"""The clock and the worker's sign of life."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
import pytest

from bot.engine.model import Intent, Queue, Start
from bot.engine.pulse import Pulse, dispatch_counter, flow_counter
from bot.engine.schedule import Schedule, next_time, run_schedules
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterable


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("*/5 * * * *", "2026-11-03T09:00:00", "2026-11-03T09:05:00"),
        ("*/5 * * * *", "2026-11-03T09:04:59", "2026-11-03T09:05:00"),
        ("30 6 * * *", "2026-12-31T07:00:00", "2027-01-01T06:30:00"),
    ],
)
def test_the_next_time_is_after_and_in_utc(cron: str, after: str, expected: str) -> None:
    assert next_time(cron, at(after)) == at(expected)


def named_by_time(name: str, *, cron: str = "* * * * *", at_startup: bool = False) -> Schedule:
    """This function will make a schedule whose starts are named after their time."""
    return Schedule(
        name=name,
        cron=cron,
        start=lambda time: Start(
            flow="f", run_id=f"{name}-{time:%H:%M:%S}", request=None, partition=name, queue=Queue.CLOCK
        ),
        at_startup=at_startup,
    )


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        next_time("every day", at("2026-11-03T09:00:00"))


@contextlib.asynccontextmanager
async def in_background(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_what_is_due_is_started_under_the_id_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several workers start it once; a failure to start is tried again at the next time."""
    now = at("2026-11-03T09:00:30")
    submitted: list[str] = []

    async def submit(intents: Iterable[Intent]) -> None:
        named = [each.run_id for each in intents if isinstance(each, Start)]
        if named == ["often-09:01:00"]:
            raise ConnectionError("away")
        submitted.extend(named)

    async def pass_time(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)
        await real_sleep(0)

    real_sleep = asyncio.sleep
    monkeypatch.setattr("bot.engine.schedule.asyncio.sleep", pass_time)
    both = [named_by_time("often"), named_by_time("seldom", cron="0 10 * * *", at_startup=True)]
    work = run_schedules(both, clock=lambda: now, submit=submit)
    task = asyncio.create_task(work)
    while now < at("2026-11-03T10:00:00"):
        await real_sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert submitted[:3] == ["seldom-09:00:30", "often-09:02:00", "often-09:03:00"]
    assert len(submitted) == len(set(submitted))
    assert "often-09:59:00" in submitted


async def test_a_clock_that_was_wrong_stops_no_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set back from far ahead, the schedule goes on at once, and a time that comes again is a start of its own."""
    now = at("2026-11-03T09:00:30")
    submitted: list[str] = []

    async def submit(intents: Iterable[Intent]) -> None:
        submitted.extend(each.run_id for each in intents if isinstance(each, Start))

    async def pass_time(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)
        if now == at("2026-11-03T09:03:00") and len(submitted) == 2:
            now -= timedelta(minutes=3)
        await real_sleep(0)

    real_sleep = asyncio.sleep
    monkeypatch.setattr("bot.engine.schedule.asyncio.sleep", pass_time)
    task = asyncio.create_task(run_schedules([named_by_time("s")], clock=lambda: now, submit=submit))
    while len(submitted) < 5:
        await real_sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert submitted == ["s-09:01:00", "s-09:02:00", "s-09:01:01", "s-09:02:01", "s-09:03:00"]


async def test_a_database_that_is_away_at_the_start_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks for lost deliveries at the start is not skipped because a server restarts just then."""
    submitted: list[str] = []
    failures = iter([True, True, False])

    async def submit(intents: Iterable[Intent]) -> None:
        if next(failures):
            raise ConnectionError("away")
        submitted.extend(each.run_id for each in intents if isinstance(each, Start))

    async def pass_time(_seconds: float) -> None:
        await real_sleep(0)

    real_sleep = asyncio.sleep
    monkeypatch.setattr("bot.engine.schedule.asyncio.sleep", pass_time)
    begun = named_by_time("s", cron="0 0 1 1 *", at_startup=True)
    now = at("2026-11-03T09:00:30")
    async with in_background(run_schedules([begun], clock=lambda: now, submit=submit)):
        await until(lambda: submitted == ["s-09:00:30"])


async def test_two_workers_whose_clocks_differ_name_one_start_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine takes a name once, so each time of a schedule is one run, however many workers there are."""
    submitted: list[list[str]] = [[], []]

    async def worker(number: int, ahead: timedelta) -> None:
        now = at("2026-11-03T09:00:30") + ahead

        async def submit(intents: Iterable[Intent]) -> None:
            nonlocal now
            submitted[number] += [each.run_id for each in intents if isinstance(each, Start)]
            now += timedelta(minutes=1)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await run_schedules([named_by_time("s")], clock=lambda: now, submit=submit)

    async def pass_time(_seconds: float) -> None:
        await real_sleep(0)

    real_sleep = asyncio.sleep
    monkeypatch.setattr("bot.engine.schedule.asyncio.sleep", pass_time)
    await worker(0, timedelta(0))
    await worker(1, timedelta(seconds=12))
    most = min(map(len, submitted))
    assert most > 3
    assert submitted[0][:most] == submitted[1][:most]


async def test_without_schedules_it_ends() -> None:
    async def submit(_intents: Iterable[Intent]) -> None:
        """This function will take nothing."""

    await run_schedules([], clock=lambda: at("2026-11-03T09:00:00"), submit=submit)


async def test_the_worker_writes_down_that_it_lives_although_one_beat_failed() -> None:
    beats: list[bytes] = []
    failures = 1

    async def beat(_worker: str, snapshot: bytes) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise ConnectionError("away")
        beats.append(snapshot)

    counted = (flow_counter(Counter({("ping", "done"): 2})), dispatch_counter(Counter(done=3)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.engine.pulse._SECONDS", 0.001)
        async with in_background(Pulse(beat=beat, counted=counted).run()):
            await until(lambda: len(beats) >= 2)
    runs, dispatched = orjson.loads(beats[0])["measures"]
    assert (runs["name"], runs["samples"]) == ("pilothouse_runs_total", [[["ping", "done"], [2.0]]])
    assert dispatched["samples"] == [[["done"], [3.0]]]
