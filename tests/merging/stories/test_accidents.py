"""Accidents of merging, as they happened to others: none of them merges twice, too early, or in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import issues, runs
from tests.support.merging import QUIET, harbour

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.merging import Harbour

pytestmark = pytest.mark.no_cover

MERGE = r"/pulls/\d+/merge$"
# Every step of a merge that waited, from the command to the end.
STEPS = (
    "eyes",
    "permission",
    "head 0",
    "pull 0",
    "priority 0",
    "ask",
    "look 1",
    "touched",
    "trains",
    "merge 1",
)


async def test_a_check_that_runs_again_is_pending_however_green_it_was(here: Harbour) -> None:
    """https://github.com/kubernetes-sigs/prow/issues/337: merged while a required check was re-running."""
    run = here.green()
    runs.rerun(here.bot.hub.store, run, actor=here.bot.ada, again=lambda _: True)
    await here.later(timedelta(minutes=5))
    assert "**waiting** · `checks_running`" in await here.say("/merge --when-green")
    await here.later(timedelta(hours=1))
    assert not here.pull.merged
    here.end(run)
    await here.later()
    assert here.pull.merged


async def test_no_check_is_no_evidence(here: Harbour) -> None:
    """https://github.com/berenddeboer/ready-for-agent/issues/1070: zero checks were taken for green."""
    here.configure("merge: {}\n")
    await here.bot.settle()
    answer = await here.say("/merge --when-green")
    assert "**waiting** · `no_evidence`" in answer
    assert here.check().conclusion == "action_required"
    await here.later(timedelta(days=1))
    assert not here.pull.merged


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "not done"])
async def test_a_lost_answer_is_read_back_before_anything_else(here: Harbour, *, is_done: bool) -> None:
    """https://github.com/chdsbd/kodiak/issues/397: a 500 on the merge call was taken for a failure, and tried again."""
    here.green()
    await here.later()
    here.bot.hub.faults.add(
        Fault(kind="status", method="PUT", path=MERGE, status=500, count=1, after=is_done)
    )
    assert "**succeeded** · `merged`" in await here.say("/merge")
    assert here.pull.merged
    assert here.merges() == (1 if is_done else 2)


async def test_after_the_second_lost_answer_it_stops_and_says_so(here: Harbour) -> None:
    """A third try is a person's decision: nobody knows what GitHub is doing."""
    here.green()
    await here.later()
    here.bot.hub.faults.add(Fault(kind="status", method="PUT", path=MERGE, status=502))
    answer = await here.say("/merge --when-green")
    assert "**failed** · `merge_uncertain`" in answer
    assert here.merges() == 2
    await here.later(timedelta(hours=1))
    assert here.merges() == 2
    assert (here.check().conclusion, await here.standing()) == ("action_required", "stopped merge_uncertain")
    here.bot.hub.faults.clear()
    assert "**succeeded** · `merged`" in await here.say("/merge")


async def test_two_wishes_merge_once(here: Harbour) -> None:
    here.green()
    await here.later()
    store, repository = here.bot.hub.store, here.bot.repository
    for login in ("ada", "bob"):
        issues.write_comment(store, repository, 1, body="/merge", author=here.user(login))
    await here.bot.settle()
    assert here.merges() == 1
    assert "`merged`" in here.answers()[0]
    assert "`already_merged`" in here.answers()[1] or "`pull_request_closed`" in here.answers()[1]


@pytest.mark.parametrize("step", STEPS)
async def test_the_process_dies_after_any_step(tmp_path: Path, step: str) -> None:
    """It is merged once, and the answer says so."""
    async with harbour(tmp_path) as here:
        run = here.begin()
        here.bot.engine.crash_in(step)
        await here.say("/merge --when-green")
        await here.bot.engine.restart()
        here.end(run)
        await here.later()
        await here.bot.engine.restart()
        await here.later()
        assert not here.bot.engine.dies_after(step), "this step never happened"
        assert here.pull.merged
        assert here.merges() == 1
        assert len(here.shown()) == 1
        assert [answer.split("**")[1] for answer in here.answers()] == ["succeeded"]


async def test_every_step_may_happen_twice(tmp_path: Path) -> None:
    async with harbour(tmp_path, repeat_every_step=True) as here:
        run = here.begin()
        await here.say("/merge --when-green")
        here.end(run)
        await here.later()
        assert here.pull.merged
        assert here.merges() == 1
        assert len(here.shown()) == 1


async def test_lost_events_delay_and_never_lose(here: Harbour) -> None:
    run = here.begin()
    await here.say("/merge --when-green")
    here.bot.hub.faults.add(DeliveryFault(kind="lose"))
    here.end(run)
    await here.later(timedelta(minutes=5))
    await here.sweep()
    assert here.pull.merged


async def test_a_push_in_the_moment_of_the_merge_is_not_merged(here: Harbour) -> None:
    """The merge call carries the head that was judged: GitHub refuses another one."""
    here.green()
    await here.later()
    here.bot.hub.faults.add(Fault(kind="status", method="PUT", path=MERGE, status=409, count=1))
    answer = await here.say("/merge --when-green")
    assert "`head_moved`" in answer
    assert not here.pull.merged
    await here.later(timedelta(minutes=2))
    assert here.pull.merged, "the head had not moved after all, and is looked at again"


async def test_without_an_event_nothing_is_asked_of_github(here: Harbour) -> None:
    """A sweep where nothing waits is one look into the database."""
    before = len(here.bot.calls)
    await here.sweep()
    await here.later(QUIET)
    assert len(here.bot.calls) == before
