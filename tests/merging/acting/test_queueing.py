"""GitHub's merge queue and updates of branches: what GitHub answers, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.merging import UpdateMethod
from bot.github.models import Sha
from bot.localhub.faults import Fault
from bot.merging.acting.model import Queued, UpdateCall, Updated
from bot.merging.acting.queueing import dequeue, enqueue, is_queued
from bot.merging.acting.updating import update_one

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from tests.support.merging import Harbour


def repo(here: Harbour) -> RepositoryClient:
    """Give the client."""
    return here.services.repository(here.bot.ref)


def call(here: Harbour, method: UpdateMethod = UpdateMethod.MERGE) -> UpdateCall:
    """Ask for an update of the branch as it stands."""
    head, base = Sha(here.pull.head_sha), Sha(here.bot.repository.branches["main"])
    return UpdateCall(number=1, head_sha=head, base_sha=base, method=method)


async def test_what_is_in_the_queue_is_not_put_in_twice(here: Harbour) -> None:
    here.give_queue()
    here.green()
    head = Sha(here.pull.head_sha)
    first, second = [await enqueue(repo(here), 1, head_sha=head) for _ in range(2)]
    assert (first.came, first.position, second) == (Queued.IN, 1, first)
    assert await is_queued(repo(here), 1)
    assert await dequeue(repo(here), 1)
    assert not await is_queued(repo(here), 1)
    assert await dequeue(repo(here), 1), "it is out"


async def test_what_the_queue_does_not_take_is_refused_in_githubs_words(here: Harbour) -> None:
    here.give_queue()
    queueing = await enqueue(repo(here), 1, head_sha=Sha(here.pull.head_sha))
    assert queueing.came is Queued.REFUSED
    assert "test" in queueing.text


async def test_while_github_does_not_answer_nothing_is_known(here: Harbour) -> None:
    here.give_queue()
    here.bot.hub.faults.add(Fault(kind="status", method="POST", path="/graphql", status=503))
    assert (await enqueue(repo(here), 1, head_sha=Sha(here.pull.head_sha))).came is Queued.LATER
    assert not await dequeue(repo(here), 1)
    assert await is_queued(repo(here), 1) is None


async def test_one_head_is_updated_once_for_one_base(here: Harbour) -> None:
    asked = call(here)
    for _ in range(2):
        assert (await update_one(repo(here), asked, services=here.services)).came is Updated.BEGUN
    assert sum(one.operation == "pulls/update-branch" for one in here.bot.calls) == 1


async def test_an_update_of_which_the_answer_is_lost_is_seen_by_the_head(here: Harbour) -> None:
    """These services read back at the next look only."""
    lost = Fault(kind="drop", method="PUT", path="/update-branch", count=2, after=True)
    here.bot.hub.faults.add(lost)
    asked = call(here)
    came = [(await update_one(repo(here), asked, services=here.services)).came for _ in range(2)]
    assert came == [Updated.LATER, Updated.BEGUN]
    assert lost.hits == 1


async def test_an_update_that_github_refuses_has_failed(here: Harbour) -> None:
    """Nothing is to be gained where the base has nothing new."""
    await update_one(repo(here), call(here), services=here.services)
    updating = await update_one(repo(here), call(here), services=here.services)
    assert updating.came is Updated.FAILED
    assert updating.text


async def test_an_update_while_github_is_down_is_tried_later(here: Harbour) -> None:
    here.bot.hub.faults.add(Fault(kind="status", method="POST", path="/graphql", status=503))
    updating = await update_one(repo(here), call(here, UpdateMethod.REBASE), services=here.services)
    assert updating.came is Updated.LATER
