"""Accidents while a release is built: it stops with a reason, leaves a draft at most, and can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts
from bot.releases.model import Stage
from tests.support.releasing import BUILT, POLICY, TAG

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard

pytestmark = pytest.mark.no_cover


async def test_the_draft_is_deleted_during_the_build(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    del yard.bot.repository.releases[yard.release().id]
    await yard.end(run)
    assert "**failed** · `unknown_release`" in yard.receipts[0]
    assert "The draft of `v1.0.0` is gone; somebody deleted it." in yard.receipts[0]
    assert (await yard.row()).stage is Stage.STOPPED


async def test_the_workflow_never_starts(yard: Shipyard) -> None:
    """The tag was there, and no run for it, silently.

    https://github.com/justrach/turboAPI/issues/215
    """
    await yard.say("/release v1.0.0")
    await yard.pass_time(60, times=11)
    assert "**failed** · `workflow_not_started`" in yard.receipts[0]
    assert yard.release().draft
    run = yard.start_build()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    assert await yard.resumed()


async def test_a_workflow_that_never_starts_is_dispatched_where_it_can_be(yard: Shipyard) -> None:
    yard.workflow("on: {push: {tags: ['v*']}, workflow_dispatch: }\n")
    yard.green()
    await yard.say("/release v1.0.0")
    await yard.pass_time(60, times=11)
    (run,) = [run for run in yard.bot.repository.runs.values() if run.event == "workflow_dispatch"]
    assert run.head_branch == TAG


async def test_the_build_fails_and_is_run_again_by_resume(yard: Shipyard) -> None:
    """Its red jobs are named; `/release resume` runs them again, and the release goes on."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.end(run, "failure")
    assert "**failed** · `workflow_failed`" in yard.receipts[0]
    assert "build" in yard.receipts[0]
    await yard.say("/release resume v1.0.0")
    assert run.latest.number == 2
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    assert not yard.release().draft
    assert yard.tagged() == run.head_sha


async def test_the_build_takes_too_long(yard: Shipyard) -> None:
    yard.policy(f"{POLICY}  time_limit: 1h\n")
    yard.green()
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    await yard.pass_time(3600, times=2)
    assert "`time_limit`" in yard.receipts[0]
    assert run.latest.conclusion == "cancelled"


async def test_a_branch_that_moves_on_does_not_change_what_is_released(yard: Shipyard) -> None:
    """The commit is pinned when it is asked for; a resume goes on with it."""
    head = yard.bot.repository.branches["main"]
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    yard.commit("fix: later")
    await yard.end(run, "failure")
    await yard.say("/release resume v1.0.0")
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    assert not yard.release().draft
    assert yard.tagged() == head


async def test_a_check_turns_red_during_the_build(yard: Shipyard) -> None:
    """Everything is asked once more right before the publication."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    yard.green(log=b"error: it fails\n")
    await yard.end(run)
    assert yard.release().draft
    assert "`checks_failed`" in yard.receipts[0]


async def test_whoever_asked_lost_the_role_during_the_build(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    accounts.set_role(yard.bot.repository, yard.grace, "write")
    await yard.end(run)
    assert yard.release().draft
    assert "`not_permitted`" in yard.receipts[0]


async def test_the_tag_is_moved_during_the_build(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    yard.bot.repository.tags[TAG] = yard.commit("evil: another")
    await yard.end(run)
    assert yard.release().draft
    assert "`tag_exists`" in yard.receipts[0]
