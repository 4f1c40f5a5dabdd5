"""A person merges on the pages: what stands in the way shows, and the rest can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import git
from bot.localhub.state.protections import Protection, RequiredCheck, Rule, Ruleset
from tests.localhub.merging.test_queue import QUEUE

if TYPE_CHECKING:
    from tests.support.pages import Visitor


async def page(ada: Visitor) -> str:
    """This function will read the page of pull request 1."""
    return (await ada.get(f"{ada.repository}/pull/1")).text


@pytest.mark.parametrize(("method", "parents"), [("merge", 2), ("squash", 1), ("rebase", 1)])
async def test_it_is_merged_by_the_chosen_method(ada: Visitor, method: str, parents: int) -> None:
    repository = ada.harbour.repository
    assert "Ready to merge" in await page(ada)
    sent = await ada.post(f"{ada.repository}/pull/1/merge", {"method": method})
    assert (sent.status, ada.harbour.rust.merged) == (303, True)
    assert len(ada.hub.store.commits[repository.branches["main"]].parents) == parents
    assert "Ready to merge" not in await page(ada)


async def test_what_stands_in_the_way_shows_and_holds(ada: Visitor) -> None:
    ada.harbour.repository.protections["main"] = Protection(
        checks=(RequiredCheck(context="<b>safe</b>"),), enforce_admins=True
    )
    words = "Required status check &#34;&lt;b&gt;safe&lt;/b&gt;&#34; is expected."
    assert words in await page(ada)
    sent = await ada.post(f"{ada.repository}/pull/1/merge", {"method": "merge"})
    assert (sent.status, ada.harbour.rust.merged) == (409, False)


async def test_a_method_that_is_not_offered_is_refused(ada: Visitor) -> None:
    ada.harbour.repository.merge_settings.allow_rebase_merge = False
    assert 'value="rebase"' not in await page(ada)
    assert (await ada.post(f"{ada.repository}/pull/1/merge", {"method": "rebase"})).status == 409


async def test_a_conflict_names_its_files(ada: Visitor) -> None:
    store, repository, pull = ada.hub.store, ada.harbour.repository, ada.harbour.rust
    changed = git.changes(
        store.commits[pull.base_sha].files, store.commits[pull.head_sha].files, with_patch=False
    )
    path = next(one.path for one in changed if one.status == "modified")
    git.push(store, repository, "main", files={path: "other\n"}, message="Other", author=store.user("wren"))
    assert f"This branch has conflicts: {path}." in await page(ada)
    assert (await ada.post(f"{ada.repository}/pull/1/update", {})).status == 409


async def test_the_branch_is_updated(ada: Visitor) -> None:
    store, repository = ada.hub.store, ada.harbour.repository
    moved = git.push(
        store, repository, "main", files={"moved.txt": "1"}, message="Move", author=store.user("wren")
    )
    assert "Update branch" in await page(ada)
    assert (await ada.post(f"{ada.repository}/pull/1/update", {})).status == 303
    assert moved.sha in store.commits[ada.harbour.rust.head_sha].parents
    assert "Update branch" not in await page(ada)
    assert (await ada.post(f"{ada.repository}/pull/1/update", {})).status == 409


async def test_labels_and_drafts_are_set(ada: Visitor) -> None:
    here = f"{ada.repository}/pull/1"
    assert (await ada.post(f"{here}/labels", {"labels": " ready, <i>hot</i> ,"})).status == 303
    assert [one.name for one in ada.harbour.rust.issue.labels] == ["ready", "<i>hot</i>"]
    assert '<span class="tag">&lt;i&gt;hot&lt;/i&gt;</span>' in await page(ada)
    assert '<span class="tag">ready</span>' in (await ada.get(f"{ada.repository}/pulls")).text
    assert (await ada.post(f"{here}/draft", {"draft": "yes"})).status == 303
    assert "This pull request is still a draft." in await page(ada)
    assert (await ada.post(f"{here}/draft", {"draft": "no"})).status == 303
    assert ada.harbour.rust.draft is False


async def test_the_queue_takes_it_and_gives_it_back(ada: Visitor) -> None:
    repository, here = ada.harbour.repository, f"{ada.repository}/pull/1"
    assert (await ada.post(f"{here}/queue", {"act": "enqueue"})).status == 409
    ada.harbour.repository.rulesets.append(
        Ruleset(
            id=1,
            rules=(
                Rule(type="merge_queue", parameters=QUEUE),
                Rule(
                    type="required_status_checks",
                    parameters={"required_status_checks": [], "strict_required_status_checks_policy": False},
                ),
            ),
        )
    )
    assert (await ada.post(f"{here}/queue", {"act": "dequeue"})).status == 409
    assert (await ada.post(f"{here}/merge", {"method": "merge"})).status == 409
    assert "Add to the merge queue" in await page(ada)
    ada.harbour.repository.queues_moving.add("main")  # nothing builds while someone looks
    assert (await ada.post(f"{here}/queue", {"act": "enqueue"})).status == 303
    assert "Number 1 in the merge queue" in await page(ada)
    queue = (await ada.get(f"{ada.repository}/queue/main")).text
    assert ada.harbour.rust.issue.title in queue
    assert (await ada.post(f"{here}/queue", {"act": "dequeue"})).status == 303
    assert repository.queues["main"] == []
    assert "Nothing waits." in (await ada.get(f"{ada.repository}/queue/main")).text


async def test_who_may_not_write_merges_nothing(ada: Visitor) -> None:
    ada.harbour.repository.collaborators.clear()
    for act in ("merge", "update", "queue", "labels", "draft"):
        assert (await ada.post(f"{ada.repository}/pull/1/{act}", {})).status == 403


async def test_what_is_closed_is_left_alone(ada: Visitor) -> None:
    await ada.post(f"{ada.repository}/pull/1/state", {"state": "closed"})
    assert (await ada.post(f"{ada.repository}/pull/1/merge", {})).status == 409
    git.delete_branch(
        ada.hub.store, ada.harbour.repository, ada.harbour.rust.head_ref, ada.hub.store.user("wren")
    )
    assert (await ada.get(f"{ada.repository}/pull/1")).status == 200
