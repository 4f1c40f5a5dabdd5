"""The merge call itself: what GitHub answers, and what is made of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.config.merging import MergeMethod
from bot.github.models import Sha
from bot.localhub.faults import Fault
from bot.localhub.state import git
from bot.localhub.state.protections import MergeSettings
from bot.merging.acting.merge_call import merge_one, read_merged
from bot.merging.acting.model import Came, MergeCall, Merging
from bot.storage.tables import effects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.merging import Harbour

MERGE, READ = r"/pulls/\d+/merge$", r"/pulls/1$"


def _claim(connection: Connection, row: dict[str, object]) -> None:
    connection.execute(effects.insert().values(row))


async def merge(here: Harbour, *, key: str = "run", method: MergeMethod = MergeMethod.SQUASH) -> Merging:
    """Merge the pull request as it stands."""
    call = MergeCall(number=1, head_sha=Sha(here.pull.head_sha), method=method, key=key)
    return await merge_one(here.services.repository(here.bot.ref), call, services=here.services)


async def test_it_tells_what_the_pull_request_became(here: Harbour) -> None:
    merging = await merge(here)
    assert merging == Merging(came=Came.MERGED, sha=here.bot.repository.branches["main"])
    assert await merge(here) == merging, "the same merge twice happens once"
    assert here.merges() == 1


async def test_a_late_merge_is_found_where_the_second_try_is_refused(here: Harbour) -> None:
    """GitHub says of what is merged already what it says of a conflict."""
    here.bot.hub.faults.add(
        Fault(kind="status", status=504, count=1, after=True, method="PUT", path=MERGE),
        Fault(kind="status", status=500, count=3, method="GET", path=READ),
    )
    assert (await merge(here)).came is Came.MERGED
    assert here.merges() == 2


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_twice_no_answer_is_uncertain_and_stays_so(here: Harbour, status: int) -> None:
    here.bot.hub.faults.add(Fault(kind="status", status=status, count=2, method="PUT", path=MERGE))
    assert (await merge(here)).came is Came.UNCERTAIN
    assert (await merge(here)).came is Came.UNCERTAIN, "done again it is not tried again"
    assert here.merges() == 2


async def test_what_the_base_holds_already_is_not_merged_again(here: Harbour) -> None:
    """https://github.com/chdsbd/kodiak/issues/397: git had merged it, and GitHub showed it as open."""
    here.bot.hub.faults.add(Fault(kind="status", status=500, method="PUT", path=MERGE))
    author = here.bot.hub.store.user("ada")
    git.push(
        here.bot.hub.store, here.bot.repository, "main", files={"x": b"1"}, message="It (#1)", author=author
    )
    merging = await merge(here)
    assert (merging.came, merging.sha) == (Came.UNCERTAIN, here.bot.repository.branches["main"])
    assert here.merges() == 1


async def test_a_dropped_connection_is_uncertain_too(here: Harbour) -> None:
    lost = Fault(kind="drop", count=2, after=True, method="PUT", path=MERGE)
    here.bot.hub.faults.add(lost)
    assert (await merge(here)).came is Came.MERGED
    assert lost.hits == here.merges() == 1, "nothing below sends it again unseen"


async def test_a_process_that_died_in_between_counts_as_a_try(here: Harbour) -> None:
    """Its call may have been sent: it is read back, and sent once more at the most."""
    services, head = here.services, here.pull.head_sha
    for attempt in (1, 2):
        key = f"merge/{here.bot.ref.id}/1/{head}/run/{attempt}"
        row: dict[str, object] = {"key": key, "result": None, "created_at": here.bot.clock()}
        await services.database.write(partial(_claim, row=row))
    assert (await merge(here)).came is Came.UNCERTAIN
    assert here.merges() == 0


async def test_another_head_is_not_merged(here: Harbour) -> None:
    head = Sha(here.pull.head_sha)
    here.push()
    call = MergeCall(number=1, head_sha=head, method=MergeMethod.MERGE, key="run")
    merging = await merge_one(here.services.repository(here.bot.ref), call, services=here.services)
    assert merging.came is Came.MOVED
    assert not here.pull.merged


async def test_what_github_declines_is_told_in_its_words(here: Harbour) -> None:
    here.bot.repository.merge_settings = MergeSettings(allow_squash_merge=False)
    merging = await merge(here)
    assert merging.came is Came.DECLINED
    assert "not allowed on this repository" in merging.text


async def test_what_is_not_merged_is_read_as_such(here: Harbour) -> None:
    assert await read_merged(here.services.repository(here.bot.ref), 1) is None
