"""Every document of the client, answered by the local GitHub by GitHub's own schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.errors import NotFound, Unprocessable
from bot.github.git_data import get_git_commit
from bot.github.graph_comments import add_comments, own_comments
from bot.github.graph_history import pulls_of_commits
from bot.github.graph_models import NewComment
from bot.github.graph_pulls import dequeue_pull, enqueue_pull, pull_standing, rebase_branch
from bot.github.merging import merge_pull
from bot.github.models import Sha
from bot.github.pulls import get_pull
from bot.localhub.state import git, issues
from bot.localhub.state.protections import Rule, Ruleset
from tests.support.merging import QUEUE, requiring

if TYPE_CHECKING:
    from tests.support.github_world import World


def push(world: World, branch: str, **files: str) -> Sha:
    """Commit files onto a branch."""
    store = world.hub.store
    ada = store.user("ada")
    return Sha(
        git.push(store, world.repository, branch, files=files, message=f"Push {branch}", author=ada).sha
    )


async def test_a_pull_request_is_followed_to_what_it_became(world: World) -> None:
    standing = await pull_standing(world.repo, world.pull.number)
    assert (standing.merge_sha, standing.entry) == (None, None)
    assert (standing.commits, standing.open_threads, standing.threads_complete) == (1, 0, True)
    assert standing.node_id == (await get_pull(world.repo, world.pull.number)).node_id
    merged = await merge_pull(world.repo, world.pull.number, sha=world.head, method="squash")
    standing = await pull_standing(world.repo, world.pull.number)
    assert standing.merge_sha == merged
    with pytest.raises(NotFound):
        await pull_standing(world.repo, 999)


async def test_commits_lead_to_their_pull_requests_and_those_to_issues(world: World) -> None:
    store, ada = world.hub.store, world.hub.store.user("ada")
    issue = issues.open_issue(store, world.repository, title="It leaks", author=ada, body="")
    world.pull.issue.body = f"Fixes #{issue.number}"
    alone = push(world, "main", news="1")
    merged = await merge_pull(world.repo, world.pull.number, sha=world.head, method="squash")
    found = await pulls_of_commits(world.repo, [alone, merged, Sha("0" * 40)])
    assert (found[alone], found[Sha("0" * 40)]) == ((), ())
    (pull,) = found[merged]
    assert (pull.number, pull.title, pull.login, pull.is_bot) == (world.pull.number, "Fix it", "ada", False)
    (closed,) = pull.closes
    assert (closed.number, closed.repository) == (issue.number, "acme/rocket")


async def test_comments_are_written_together_and_found_again(world: World) -> None:
    node_id = (await pull_standing(world.repo, world.pull.number)).node_id
    comments = [
        NewComment(key="here", subject_id=node_id, body="released in v1"),
        NewComment(key="nowhere", subject_id="PR_nowhere", body="released in v1"),
    ]
    outcome = await add_comments(world.repo, comments)
    assert outcome["here"] is None
    assert isinstance(outcome["nowhere"], NotFound)
    issues.write_comment(
        world.hub.store, world.repository, world.pull.number, body="no", author=world.hub.store.user("eve")
    )
    (said,) = await own_comments(world.repo, [node_id, "PR_nowhere"])
    assert (said.subject_id, said.body) == (node_id, "released in v1")


async def test_githubs_queue_is_entered_and_left(world: World) -> None:
    which = world.hub.store.next_id()
    rules = (Rule(type="merge_queue", parameters=QUEUE), requiring("lint"))
    world.repository.rulesets.append(Ruleset(id=which, rules=rules))
    node_id = (await pull_standing(world.repo, world.pull.number)).node_id
    with pytest.raises(Unprocessable):
        await enqueue_pull(world.repo, node_id, head_sha=Sha("0" * 40))
    entry = await enqueue_pull(world.repo, node_id, head_sha=world.head)
    assert entry is not None
    assert entry.position == 1
    standing = await pull_standing(world.repo, world.pull.number)
    assert standing.entry is not None
    await dequeue_pull(world.repo, node_id)
    assert (await pull_standing(world.repo, world.pull.number)).entry is None
    with pytest.raises(Unprocessable):
        await dequeue_pull(world.repo, node_id)


async def test_a_branch_is_rebased_only_from_the_judged_head(world: World) -> None:
    main = push(world, "main", news="1")
    node_id = (await pull_standing(world.repo, world.pull.number)).node_id
    with pytest.raises(Unprocessable):
        await rebase_branch(world.repo, node_id, head_sha=Sha("0" * 40))
    await rebase_branch(world.repo, node_id, head_sha=world.head)
    await world.hub.settle()
    pull = await get_pull(world.repo, world.pull.number)
    assert (await get_git_commit(world.repo, pull.head_sha)).parents == (main,)
