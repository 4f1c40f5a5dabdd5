"""What GitHub's limits do to the client."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from bot.github.comments import create_comment, get_comment
from bot.github.errors import Forbidden, Unavailable
from bot.github.limits import Limits, Priority
from bot.github.operations import GET_PULL
from bot.github.pulls import get_pull
from bot.github.tuning import Pace, Tuning
from tests.support.raw_github import (
    COMMENT,
    OTHER_INSTALLATION,
    PULL,
    REPO,
    REPOSITORY,
    Answer,
    Bench,
    raw_bench,
)

SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
ONE = f"{REPO}/issues/comments/5"
ALL = f"{REPO}/issues/1/comments"


@pytest.mark.parametrize("status", [403, 429])
async def test_secondary_limit_with_retry_after_waits_as_long_as_told(bench: Bench, status: int) -> None:
    bench.server.answer("GET", ONE, Answer(SECONDARY, status, {"retry-after": "17"}), Answer(COMMENT))
    assert await get_comment(bench.github.repository(REPOSITORY), 5) is not None
    assert bench.time.monotonic() == pytest.approx(17)


@pytest.mark.parametrize("status", [403, 429])
async def test_secondary_limit_without_retry_after_waits_a_minute_then_longer(
    bench: Bench, status: int
) -> None:
    limit = Answer(SECONDARY, status)
    bench.server.answer("GET", ONE, limit, limit, limit, Answer(COMMENT))
    await get_comment(bench.github.repository(REPOSITORY), 5)
    assert bench.time.monotonic() == pytest.approx(60 + 120 + 240)


@pytest.mark.parametrize("status", [403, 429])
async def test_primary_limit_waits_for_its_reset(bench: Bench, status: int) -> None:
    reset = str(int(bench.time.clock().timestamp()) + 1_000)
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    bench.server.answer(
        "GET", ONE, Answer({"message": "API rate limit exceeded"}, status, headers), Answer(COMMENT)
    )
    await get_comment(bench.github.repository(REPOSITORY), 5)
    assert bench.time.monotonic() == pytest.approx(1_001)


@pytest.mark.parametrize(("offset", "waited"), [(-500, 60), (90_000, 3_601)])
async def test_a_reset_that_the_clock_contradicts_is_not_believed(
    bench: Bench, offset: int, waited: float
) -> None:
    reset = str(int(bench.time.clock().timestamp()) + offset)
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    bench.server.answer("GET", ONE, Answer({"message": "no"}, 403, headers), Answer(COMMENT))
    await get_comment(bench.github.repository(REPOSITORY), 5)
    assert bench.time.monotonic() == pytest.approx(waited)


async def test_the_call_after_the_last_one_allowed_waits_without_asking(bench: Bench) -> None:
    reset = str(int(bench.time.clock().timestamp()) + 50)
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    bench.server.answer("GET", ONE, Answer(COMMENT, headers=headers), Answer(COMMENT))
    repo = bench.github.repository(REPOSITORY)
    await get_comment(repo, 5)
    assert bench.time.monotonic() == 0
    await get_comment(repo, 5)
    assert bench.time.monotonic() == pytest.approx(51)
    assert len(bench.server.calls("GET", ONE)) == 2


async def test_a_missing_permission_is_no_limit(bench: Bench) -> None:
    bench.server.answer("GET", ONE, Answer({"message": "Resource not accessible by integration"}, 403))
    with pytest.raises(Forbidden):
        await get_comment(bench.github.repository(REPOSITORY), 5)
    assert bench.time.slept == []


async def test_a_write_that_met_a_limit_is_done_once(bench: Bench) -> None:
    """A limited POST was not carried out, so it may be sent again."""
    bench.server.answer("POST", ALL, Answer(SECONDARY, 429), Answer(COMMENT, 201))
    await create_comment(bench.github.repository(REPOSITORY), 1, "hi")
    assert len(bench.server.calls("POST", ALL)) == 2


async def test_only_what_was_in_flight_runs_into_a_limit() -> None:
    """Twenty workers meet a limit; until it is over, one call alone tries, and then all go."""
    async with raw_bench(Tuning(pace=None, concurrency_an_installation=4)) as bench:
        repo = bench.github.repository(REPOSITORY)
        await get_pull_ready(bench)
        bench.server.gate = asyncio.Event()
        limit = Answer(SECONDARY, 403, {"retry-after": "30"})
        bench.server.answer("GET", f"{REPO}/pulls/3", *[limit] * 4, Answer(PULL))
        tasks = [asyncio.create_task(get_pull(repo, 3)) for _ in range(20)]
        await bench.server.busy(4)
        bench.server.gate.set()
        await asyncio.gather(*tasks)
        # one was used to get the token ready; four ran into the limit, and were sent again
        assert len(bench.server.calls("GET", f"{REPO}/pulls/3")) == 1 + 4 + 20
        assert bench.time.monotonic() == pytest.approx(30)


async def test_after_a_limit_one_call_tries_alone() -> None:
    async with raw_bench(Tuning(pace=None)) as bench:
        repo = bench.github.repository(REPOSITORY)
        await get_pull_ready(bench)
        limit = Answer(SECONDARY, 403, {"retry-after": "30"})
        # the second limit meets only the call that tries
        bench.server.answer("GET", f"{REPO}/pulls/3", limit, limit, Answer(PULL))
        bench.server.answer("GET", ONE, Answer(COMMENT))
        first = asyncio.create_task(get_pull(repo, 3))
        await bench.server.reached(2)
        await first
        before_open = len(bench.server.calls())
        assert before_open == 1 + 3
        assert bench.time.monotonic() == pytest.approx(60)


async def test_when_the_gate_opens_gates_go_first_and_summaries_last() -> None:
    async with raw_bench(Tuning(pace=None, concurrency_an_installation=1)) as bench:
        github = bench.github
        await get_pull_ready(bench)
        bench.server.gate = asyncio.Event()
        bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
        order = [Priority.SUMMARY, Priority.SUMMARY, Priority.ACKNOWLEDGEMENT, Priority.GATE]
        done: list[Priority] = []

        async def read(priority: Priority) -> None:
            await get_pull(github.repository(REPOSITORY, priority), 3)
            done.append(priority)

        tasks = []
        for priority in order:
            tasks.append(asyncio.create_task(read(priority)))
            await asyncio.sleep(0)
        await bench.server.busy()
        bench.server.gate.set()
        await asyncio.gather(*tasks)
        assert done == [Priority.SUMMARY, Priority.GATE, Priority.ACKNOWLEDGEMENT, Priority.SUMMARY]


async def test_one_installations_limit_leaves_the_others_alone(bench: Bench) -> None:
    bench.server.answer("GET", f"{REPO}/pulls/3", Answer(SECONDARY, 403, {"retry-after": "30"}), Answer(PULL))
    limited = asyncio.create_task(get_pull(bench.github.repository(REPOSITORY), 3))
    await bench.server.reached(1)
    bench.server.answer("GET", ONE, Answer(COMMENT))
    at = bench.time.monotonic()
    await get_comment(bench.github.repository(OTHER_INSTALLATION), 5)
    assert bench.time.monotonic() - at <= 30  # it slept for nothing of its own
    assert bench.time.slept in ([], [30.0])
    await limited


async def test_installations_take_turns_when_all_places_are_taken() -> None:
    async with raw_bench(Tuning(pace=None, concurrency=1)) as bench:
        await get_pull_ready(bench)
        bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
        await get_pull(bench.github.repository(OTHER_INSTALLATION), 3)
        bench.server.gate = asyncio.Event()
        done: list[int] = []

        async def read(installation: int) -> None:
            ref = REPOSITORY if installation == REPOSITORY.installation_id else OTHER_INSTALLATION
            await get_pull(bench.github.repository(ref), 3)
            done.append(installation)

        tasks = [asyncio.create_task(read(7)) for _ in range(6)]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(read(8)) for _ in range(2)]
        await bench.server.busy()
        bench.server.gate.set()
        await asyncio.gather(*tasks)
        assert done.index(8) <= 1, "the newcomer waits for one call of the busy one, not for six"
        assert sorted(done[:4]) == [7, 7, 8, 8]


async def test_never_more_calls_at_once_than_allowed() -> None:
    async with raw_bench(Tuning(pace=None, concurrency=5, concurrency_an_installation=5)) as bench:
        await get_pull_ready(bench)
        bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
        repo = bench.github.repository(REPOSITORY)
        bench.server.gate = asyncio.Event()
        tasks = [asyncio.create_task(get_pull(repo, 3)) for _ in range(40)]
        await bench.server.busy(5)
        bench.server.gate.set()
        await asyncio.gather(*tasks)
        assert bench.server.most_in_flight == 5


async def test_patience_ends() -> None:
    async with raw_bench(replace(Tuning(pace=None), patience=100)) as bench:
        bench.server.answer("GET", ONE, Answer(SECONDARY, 429))
        with pytest.raises(Unavailable, match="limits"):
            await get_comment(bench.github.repository(REPOSITORY), 5)


async def test_a_call_given_up_while_it_waits_leaves_its_place() -> None:
    async with raw_bench(Tuning(pace=None, concurrency_an_installation=1)) as bench:
        await get_pull_ready(bench)
        bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
        bench.server.gate = asyncio.Event()
        repo = bench.github.repository(REPOSITORY)
        tasks = [asyncio.create_task(get_pull(repo, 3)) for _ in range(3)]
        await bench.server.busy()
        tasks[1].cancel()  # it waits
        tasks[0].cancel()  # it is in flight
        bench.server.gate.set()
        assert (await tasks[2]).number == 3
        results = await asyncio.gather(*tasks[:2], return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)


async def get_pull_ready(bench: Bench) -> None:
    """This function will have the token minted, so that a test counts only what it is about."""
    bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
    await get_pull(bench.github.repository(REPOSITORY), 3)


async def test_closing_does_not_wait_for_a_limit_to_end() -> None:
    """A stop in the middle of an hour's wait is over at once."""
    forever = asyncio.Event()

    async def sleep(_: float) -> None:
        await forever.wait()

    limits = Limits(Tuning(pace=None, sleep=sleep))
    async with limits.turn(7, Priority.GATE, GET_PULL) as turn:
        turn.limited(3_600)
    waiting = asyncio.create_task(enter(limits))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await limits.close()


async def enter(limits: Limits) -> None:
    """This function will take a turn and give it back."""
    async with limits.turn(7, Priority.GATE, GET_PULL):
        pass


async def test_a_gate_that_opens_while_it_is_looked_at_still_opens() -> None:
    """The clock moves on at every look; a call must not be left without a timer in between."""
    ticks = itertools.count()

    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    limits = Limits(Tuning(pace=Pace(), sleep=sleep, monotonic=lambda: next(ticks) / 7))
    async with asyncio.timeout(10):
        for seconds in (1, 2, 3, 4, 5):
            async with limits.turn(7, Priority.GATE, GET_PULL) as turn:
                turn.limited(seconds)
            await enter(limits)
