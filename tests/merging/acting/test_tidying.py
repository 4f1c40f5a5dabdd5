"""What is tidied up after a merge, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.faults import Fault
from bot.localhub.state import git, pulls
from bot.merging.acting.tidying import tidy_up

if TYPE_CHECKING:
    from tests.support.merging import Harbour


async def tidied(here: Harbour) -> bool:
    """Merge the pull request and tidy up after it."""
    store, repository = here.bot.hub.store, here.bot.repository
    pulls.merge(store, repository, here.pull, sender=here.bot.ada)
    return await tidy_up(here.services.repository(here.bot.ref), 1)


async def test_the_branch_is_deleted_once(here: Harbour) -> None:
    assert await tidied(here)
    assert "feature" not in here.bot.repository.branches
    assert not await tidy_up(here.services.repository(here.bot.ref), 1)


async def test_what_rests_on_it_gets_the_new_base_first(here: Harbour) -> None:
    store, repository = here.bot.hub.store, here.bot.repository
    git.move_branch(store, repository, "above", here.pull.head_sha, here.bot.ada)
    git.push(store, repository, "above", files={"a": "1"}, message="Above", author=here.bot.ada)
    above = pulls.open_pull(
        store, repository, title="Above", head="above", author=here.bot.ada, base="feature"
    )
    assert await tidied(here)
    assert (above.base_ref, above.issue.state) == ("main", "open")


async def test_a_branch_with_commits_that_are_not_merged_stays(here: Harbour) -> None:
    store, repository = here.bot.hub.store, here.bot.repository
    pulls.merge(store, repository, here.pull, sender=here.bot.ada)
    here.push()
    assert not await tidy_up(here.services.repository(here.bot.ref), 1)
    assert "feature" in repository.branches


async def test_what_is_not_merged_stays(here: Harbour) -> None:
    assert not await tidy_up(here.services.repository(here.bot.ref), 1)
    assert "feature" in here.bot.repository.branches


async def test_where_github_does_not_let_us_it_stays(here: Harbour) -> None:
    here.bot.hub.faults.add(Fault(kind="status", method="DELETE", path="/git/refs/", status=403))
    assert not await tidied(here)
    assert "feature" in here.bot.repository.branches
