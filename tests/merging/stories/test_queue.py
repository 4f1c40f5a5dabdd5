"""Where the base has GitHub's own merge queue, the bot puts in what is ready and says what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.github.models import Sha
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import merge_queue
from bot.localhub.state.protections import Ruleset
from bot.merging.keeping.model import GroupRequest
from tests.support.merging import requiring

if TYPE_CHECKING:
    from tests.support.merging import Harbour


async def queued(here: Harbour) -> None:
    """Bring the first pull request into the queue."""
    here.give_queue()
    here.green()
    await here.later()
    answer = await here.say("/merge --when-green")
    assert "`in_merge_queue`" in answer
    assert await here.standing() == "queued in_merge_queue"


async def asked(here: Harbour, sha: str) -> None:
    """Let GitHub's queue ask for the checks of a commit that it built for the first pull request."""
    ref = f"refs/heads/gh-readonly-queue/main/pr-1-{sha}"
    request = GroupRequest(repository=here.bot.ref, head_sha=Sha(sha), head_ref=ref)
    await here.bot.engine.submit([request.start()])
    await here.bot.settle()


async def test_what_is_ready_enters_the_queue_and_is_merged_by_it(here: Harbour) -> None:
    await queued(here)
    assert "at place 1" in here.answers()[-1]
    assert here.check().conclusion == "success"
    here.answer_group()
    await here.bot.settle()
    assert here.pull.merged
    assert "GitHub's merge queue merged it into `main`." in here.answers()[-1]
    assert "**succeeded** · `merged`" in here.answers()[-1]
    assert here.merges() == 0


async def test_our_check_is_answered_on_the_queues_commit(here: Harbour) -> None:
    await queued(here)
    found = [one for one in here.bot.repository.check_runs.values() if one.head_sha == here.group()]
    assert [(one.name, one.conclusion) for one in found] == [("pilothouse / merge", "success")]


async def test_what_the_queue_puts_out_is_stopped_with_its_reason(here: Harbour) -> None:
    await queued(here)
    here.answer_group(red=True)
    await here.bot.settle()
    assert await here.standing() == "stopped left_merge_queue"
    assert "ci failure" in here.answers()[-1]
    assert "**failed**" in here.answers()[-1]
    assert "`in_merge_queue`" in await here.say("/merge --when-green")


async def test_a_hold_takes_it_out_and_letting_go_puts_it_in_again(here: Harbour) -> None:
    await queued(here)
    await here.say("/hold wait", by="tess")
    assert merge_queue.entry_of(here.bot.repository, here.pull) is None
    assert await here.standing() == "waiting held"
    await here.say("/unhold", by="tess")
    assert await here.standing() == "queued in_merge_queue"
    assert merge_queue.entry_of(here.bot.repository, here.pull) is not None


async def test_a_wish_is_taken_back_from_the_queue(here: Harbour) -> None:
    await queued(here)
    assert "**succeeded**" in await here.say("/merge --cancel", by="bob")
    assert merge_queue.entry_of(here.bot.repository, here.pull) is None
    assert await here.standing() == "withdrawn withdrawn"


async def test_a_lost_answer_is_asked_again_and_enters_once(here: Harbour) -> None:
    here.give_queue()
    here.green()
    await here.later()
    here.bot.hub.faults.add(Fault(kind="drop", method="POST", path="/graphql", count=2, after=True))
    await here.say("/merge --when-green")
    await here.later(timedelta(seconds=16))
    assert await here.standing() == "queued in_merge_queue"


async def test_what_left_the_queue_unheard_is_found_by_the_sweep(here: Harbour) -> None:
    await queued(here)
    here.bot.hub.faults.add(DeliveryFault(kind="lose"))
    here.answer_group(red=True)
    await here.later(timedelta(minutes=5))
    await here.sweep()
    assert await here.standing() == "stopped left_merge_queue"


async def test_a_queue_that_asks_for_our_check_is_answered_without_a_wish(here: Harbour) -> None:
    """Somebody put it in by hand: nobody holds it, and the queue must not wait for ever."""
    here.give_queue()
    here.bot.repository.rulesets.append(Ruleset(id=1, rules=(requiring("pilothouse / merge"),)))
    head, tip = here.pull.head_sha, here.bot.repository.branches["main"]
    await asked(here, head)
    await here.say("/hold not yet", by="tess")
    await asked(here, tip)
    found = {one.head_sha: one for one in here.bot.repository.check_runs.values()}
    assert (found[head].conclusion, found[tip].conclusion) == ("success", "failure")
    assert "`tess` holds #1: not yet" in (found[tip].summary or "")


async def test_a_queue_that_knows_nothing_of_us_is_left_alone(here: Harbour) -> None:
    here.give_queue()
    await asked(here, here.pull.head_sha)
    assert [one for one in here.bot.calls if one.operation == "checks/create"] == []
