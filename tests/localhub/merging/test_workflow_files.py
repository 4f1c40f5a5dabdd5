"""An App changes workflow files only with a permission of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, pulls
from tests.localhub.merging.conftest import R

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull
    from tests.localhub.merging.conftest import Yard

CI = ".github/workflows/ci.yml"
WORDS = f"refusing to allow a GitHub App to create or update workflow `{CI}` without `workflows` permission"


@pytest.fixture
def changing(yard: Yard) -> Pull:
    """A pull request that changes a workflow."""
    yard.push("main", {CI: "on: push\n"})
    return yard.open("ci", {CI: "on: pull_request\n"})


async def test_a_merge_that_changes_a_workflow_is_refused(yard: Yard, changing: Pull) -> None:
    """Kodiak stood still on these: https://github.com/chdsbd/kodiak/issues/641."""
    answer = await yard.merge(changing)
    assert (answer.status, answer.body["message"]) == (403, WORDS)
    assert not changing.merged
    answer = await yard.call("POST", f"{R}/merges", {"base": "main", "head": "ci"})
    assert (answer.status, answer.body["message"]) == (403, WORDS)
    assert (await yard.merge()).status == 200, "others leave it alone"


async def test_an_update_that_brings_a_workflow_is_refused(yard: Yard, changing: Pull) -> None:
    assert changing.head_ref == "ci"
    answer = await yard.call("PUT", f"{R}/pulls/1/update-branch")
    assert (answer.status, answer.body["message"]) == (403, WORDS)


async def test_a_workflow_written_by_hand_is_refused_unless_a_branch_has_it(yard: Yard) -> None:
    sent = {"message": "CI", "content": "eA==", "branch": "main"}
    answer = await yard.call("PUT", f"{R}/contents/{CI}", sent)
    assert (answer.status, answer.body["message"]) == (403, WORDS)
    store = yard.hub.store
    made = git.commit(
        store, {CI: b"on: push\n"}, parents=(yard.tip().sha,), message="CI", author=store.user("ada")
    )
    new = {"ref": "refs/heads/ci", "sha": made.sha}
    assert (await yard.call("POST", f"{R}/git/refs", new)).body["message"] == WORDS
    yard.push("theirs", {CI: "on: push\n"})
    assert (await yard.call("POST", f"{R}/git/refs", new)).status == 201


async def test_with_the_permission_it_merges(yard: Yard, changing: Pull) -> None:
    yard.seeded.installation.permissions["workflows"] = "write"
    token = yard.hub.access.issue(yard.seeded.installation, permissions=None, repository_ids=None)
    yard.call.credential = token.text
    assert (await yard.merge(changing)).status == 200


async def test_what_a_fork_brings_is_refused_too(yard: Yard) -> None:
    store, eve = yard.hub.store, yard.hub.store.user("eve")
    fork = accounts.fork(store, yard.repository, owner=eve)
    git.push(store, fork, "ci", files={CI: "on: push\n"}, message="CI", author=eve)
    pull = pulls.open_pull(store, yard.repository, title="CI", head="ci", author=eve, head_repository=fork)
    assert (await yard.merge(pull)).body["message"] == WORDS
