"""While GitHub does not answer, or refuses, what waits goes on waiting and is found again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.github.models import Sha
from bot.localhub.faults import DeliveryFault, Fault
from bot.merging.keeping.model import GroupRequest

if TYPE_CHECKING:
    from tests.support.merging import Harbour

LABELLED = "merge:\n  checks: [test]\n  label: automerge\n"
DOWN = Fault(kind="status", path="/repos/", status=503)


async def test_a_label_that_was_put_while_github_is_down_is_not_forgotten(here: Harbour) -> None:
    here.configure(LABELLED)
    here.green()
    await here.later()
    here.label("automerge")
    here.bot.hub.faults.add(DOWN)
    await here.later(timedelta(minutes=2))
    assert await here.standing() == "none"
    here.bot.hub.faults.clear()
    await here.later(timedelta(minutes=6))
    assert here.pull.merged


async def test_a_push_that_was_made_while_github_is_down_is_judged_later(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green")
    here.bot.hub.faults.add(DOWN)
    here.push(by="tess")
    await here.bot.settle()
    here.bot.hub.faults.clear()
    await here.later(timedelta(minutes=2))
    assert await here.standing() == "withdrawn head_moved"
    assert "`tess` pushed" in here.answers()[-1]


async def test_what_cannot_be_read_blocks_and_is_read_again_in_a_minute(here: Harbour) -> None:
    run = here.begin()
    await here.say("/merge --when-green")
    here.bot.hub.faults.add(Fault(kind="status", method="GET", path="/check-runs", status=500))
    here.end(run)
    await here.later()
    await here.later()
    assert not here.pull.merged
    here.bot.hub.faults.clear()
    await here.later(timedelta(minutes=1))
    await here.later()
    assert here.pull.merged


async def test_what_is_refused_is_not_asked_for_every_minute(here: Harbour) -> None:
    run = here.begin()
    await here.say("/merge --when-green")
    here.bot.hub.faults.add(Fault(kind="status", method="GET", path="/check-runs", status=404))
    here.end(run)
    await here.bot.settle()
    before = len(here.bot.calls)
    await here.later(timedelta(minutes=4))
    assert len(here.bot.calls) == before
    here.bot.hub.faults.clear()
    await here.sweep()
    await here.later()
    assert here.pull.merged


async def test_a_check_run_that_cannot_be_written_keeps_nothing_from_being_merged(here: Harbour) -> None:
    here.bot.hub.faults.add(Fault(kind="status", method="POST", path="/check-runs", status=403))
    run = here.begin()
    await here.say("/merge --when-green")
    here.end(run)
    await here.later()
    assert here.pull.merged
    assert here.shown() == []


async def test_an_installation_that_does_not_answer_keeps_the_sweep_from_no_other(here: Harbour) -> None:
    """And where nothing can be reached, the next sweep tries again."""
    run = here.begin()
    await here.say("/merge --when-green")
    here.bot.hub.faults.add(DeliveryFault(kind="lose"))
    here.end(run)
    here.bot.hub.faults.add(Fault(kind="status", method="GET", path="/installation/repositories", status=503))
    await here.later()
    await here.sweep()
    assert not here.pull.merged
    here.bot.hub.faults.clear()
    await here.later(timedelta(minutes=5))
    await here.sweep()
    assert here.pull.merged


@pytest.mark.parametrize("status", [403, 503])
async def test_githubs_queue_is_answered_when_that_can_be_done_again(here: Harbour, status: int) -> None:
    """What GitHub refuses is not tried again."""
    await here.say("/hold", by="tess")
    here.bot.hub.faults.add(Fault(kind="status", path="/check-runs", status=status))
    sha = here.pull.head_sha
    ref = f"gh-readonly-queue/main/pr-1-{sha}"
    request = GroupRequest(repository=here.bot.ref, head_sha=Sha(sha), head_ref=ref)
    await here.bot.engine.submit([request.start()])
    await here.bot.settle()
    here.bot.hub.faults.clear()
    await here.later(timedelta(minutes=1))
    assert here.bot.engine.state_of(request.start().run_id) == "done"
    found = [one.conclusion for one in here.bot.repository.check_runs.values()]
    assert found == ([] if status == 403 else ["failure"])
