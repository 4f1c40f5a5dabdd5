"""Trees of changed files, labels, and what is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.branches import get_branch
from bot.github.issues import add_labels, close_issue, create_issue, get_issue
from bot.github.pulls import close_pull, describe_pull, get_described_pull
from bot.github.trees import TreeFile, blobs_of, create_tree
from bot.localhub.state import git, issues

if TYPE_CHECKING:
    from tests.support.github_world import World


async def test_a_tree_differs_in_just_the_files_that_are_named(world: World) -> None:
    """A new tree has what is named, byte for byte, lacks what is gone, and has all else as it was."""
    main = await get_branch(world.repo, "main")
    assert main is not None
    before = await blobs_of(world.repo, main.tree)
    assert before is not None
    gone = next(iter(before))
    content = b"\xff\x00 not text\r\n"
    files = (
        TreeFile(path="bin/run", mode="100755", content=content),
        TreeFile(path=gone, mode="100644", content=None),
    )
    made = await create_tree(world.repo, base_tree=main.tree, files=files)
    after = await blobs_of(world.repo, made)
    assert after == {name: sha for name, sha in before.items() if name != gone} | {
        "bin/run": git.blob_sha(content)
    }


async def test_a_pull_request_is_described_anew_labelled_and_closed(world: World) -> None:
    """A pull request takes another description and a label, and closes without being merged."""
    number = world.pull.number
    await describe_pull(world.repo, number, title="Second", body="Again")
    await add_labels(world.repo, number, ("needs review",))
    await add_labels(world.repo, number, ("needs review",))
    pull, body = await get_described_pull(world.repo, number)
    assert (pull.title, body, pull.labels) == ("Second", "Again", ("needs review",))
    closed = await close_pull(world.repo, number)
    assert (closed.state, closed.merged) == ("closed", False)


async def test_an_issue_is_closed_and_one_that_is_gone_is_none(world: World) -> None:
    """An issue is read and closed; one that somebody deleted is none."""
    made = await create_issue(world.repo, title="Suggestion", body="x")
    read = await get_issue(world.repo, made.number)
    assert read is not None
    assert (read.title, read.state) == ("Suggestion", "open")
    await close_issue(world.repo, made.number)
    read = await get_issue(world.repo, made.number)
    assert read is not None
    assert read.state == "closed"
    store, repository = world.hub.store, world.repository
    issues.delete_issue(store, repository, repository.issues[made.number], deleter=store.user("ada"))
    assert await get_issue(world.repo, made.number) is None
