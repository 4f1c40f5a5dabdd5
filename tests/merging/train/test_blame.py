"""Who is blamed for a red batch: nobody for what fails by itself, or for what the base has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.train import API, NEEDS_OLD, NEW, TRAINS, station

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from tests.support.train import Station

pytestmark = pytest.mark.no_cover


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    """A station whose batches are green together."""
    async with station(tmp_path) as opened:
        yield opened


def is_train(run: WorkflowRun) -> bool:
    return (run.head_branch or "").startswith(TRAINS)


def merged(here: Station) -> set[int]:
    return {number for number, pull in here.repository.pulls.items() if pull.merged}


async def test_a_job_that_fails_and_passes_on_one_commit_blames_nobody(tmp_path: Path) -> None:
    """One flaky job evicted clean pull requests from a queue four times in a session.

    https://github.com/kamp-us/phoenix/issues/2915
    """
    async with station(tmp_path) as here:
        here.fails = lambda run: is_train(run) and run.latest.number == 1
        numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(2)]
        await here.tick()
        await here.ask(numbers)
        await here.arrive()
        assert merged(here) == set(numbers)
        assert not here.base_was_red


async def test_without_retries_the_first_red_is_believed(tmp_path: Path) -> None:
    async with station(tmp_path, retries=0) as here:
        number = here.open("culprit", {"c.txt": NEEDS_OLD}).number
        here.push_base({API: NEW})
        await here.tick()
        await here.ask([number])
        await here.arrive()
        assert await here.harbour.standing(number) == "stopped train_red"
        assert len(here.batches) == 1


async def test_a_base_that_is_red_by_itself_blames_nobody(here: Station) -> None:
    """Four pull requests were stuck for hours behind a failure that none of them had caused.

    https://github.com/bootc-dev/bootc/issues/2177
    """
    numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(2)]
    await here.tick()
    here.starts = lambda branch: branch != "main"  # so that nobody knows
    here.push_base({API: NEW, "old.txt": NEEDS_OLD})
    await here.ask(numbers)
    await here.arrive()
    assert [await here.harbour.standing(number) for number in numbers] == ["waiting base_red"] * 2
    assert not merged(here)
    runs = len(here.batches)
    here.harbour.bot.clock.advance(timedelta(minutes=10))
    await here.sweep()
    await here.arrive()
    assert len(here.batches) == runs, "the same commit is not tested again and again"
    assert [await here.harbour.standing(number) for number in numbers] == ["waiting base_red"] * 2
    here.push_base({"old.txt": None})
    await here.tick()
    await here.arrive()
    assert merged(here) == set(numbers)


async def test_before_anybody_is_named_the_base_is_tested_without_him(here: Station) -> None:
    """Where CI does not run on the base, nobody knows whether it is green."""
    culprit = here.open("culprit", {"c.txt": NEEDS_OLD}).number
    here.starts = lambda branch: branch != "main"
    here.push_base({API: NEW})
    await here.tick()
    await here.ask([culprit])
    await here.arrive()
    assert await here.harbour.standing(culprit) == "stopped train_red"
    assert [run.latest.conclusion for run in here.batches] == ["failure", "failure", "success"]
    assert not here.leftovers()


async def test_who_comes_to_mend_a_red_base_is_tested_alone(here: Station) -> None:
    """He must not wait until somebody mends the base."""
    numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(2)]
    await here.tick()
    here.starts = lambda branch: branch != "main"
    here.push_base({API: NEW, "old.txt": NEEDS_OLD})
    await here.ask(numbers)
    await here.arrive()
    mends = here.open("mends", {"old.txt": None}).number
    await here.tick()
    await here.ask([mends])
    await here.arrive()
    await here.tick(3)
    await here.arrive()
    assert merged(here) == {*numbers, mends}


async def test_what_is_known_to_come_and_go_runs_again_before_anything_is_split(here: Station) -> None:
    """Each flaky failure of a batch cost its innocent members another round.

    https://github.com/kamp-us/phoenix/issues/3409
    """
    here.fails = lambda run: is_train(run) and run.latest.number == 1
    first = [here.open(f"first-{n}", {f"first-{n}.txt": "1"}).number for n in range(2)]
    await here.tick()
    await here.ask(first)
    await here.arrive()
    before = len(here.batches)
    second = [here.open(f"second-{n}", {f"second-{n}.txt": "1"}).number for n in range(4)]
    await here.tick()
    await here.ask(second)
    await here.arrive()
    assert merged(here) == {*first, *second}
    assert len(here.batches) - before == 2
