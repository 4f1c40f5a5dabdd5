"""Git's objects, merges and pull requests, on the local GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.branches import get_branch
from bot.github.commit_models import GitPerson, NewCommit
from bot.github.errors import Conflict, NotFound, Uncertain, Unprocessable
from bot.github.git_data import (
    create_commit,
    create_ref,
    create_tag,
    delete_ref,
    get_git_commit,
    get_ref,
    list_refs,
    tagged_commit,
    update_ref,
)
from bot.github.merging import merge_branch, merge_pull, update_branch
from bot.github.models import Sha
from bot.github.pulls import (
    NewPull,
    create_pull,
    get_described_pull,
    get_pull,
    list_pull_files,
    pulls_onto,
    retarget_pull,
)
from tests.support.github_world import push
from tests.support.raw_github import REPO, REPOSITORY, Answer

if TYPE_CHECKING:
    from tests.support.github_world import World
    from tests.support.raw_github import Bench


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_a_pull_request_is_merged_only_at_the_judged_head(world: World, method: str) -> None:
    with pytest.raises(Conflict, match="409"):
        await merge_pull(world.repo, world.pull.number, sha=Sha("0" * 40), method=method)
    merged = await merge_pull(world.repo, world.pull.number, sha=world.head, method=method)
    main = await get_branch(world.repo, "main")
    assert main is not None
    assert main.sha == merged
    assert (await get_pull(world.repo, world.pull.number)).merged
    with pytest.raises(Conflict, match="405"):
        await merge_pull(world.repo, world.pull.number, sha=world.head, method=method)


async def test_a_merge_whose_answer_is_lost_is_uncertain_and_not_repeated(bench: Bench) -> None:
    bench.server.answer("PUT", f"{REPO}/pulls/3/merge", Answer(status=502))
    with pytest.raises(Uncertain):
        await merge_pull(bench.github.repository(REPOSITORY), 3, sha=Sha("a" * 40), method="merge")
    assert len(bench.server.calls("PUT")) == 1


async def test_branches_are_merged_into_each_other_as_git_would(world: World) -> None:
    base = push(world, "train", a="1")
    head = push(world, "car", b="2")
    made = await merge_branch(world.repo, base="train", head=head, message="Couple")
    assert made is not None
    train = await get_branch(world.repo, "train")
    assert train is not None
    assert (train.sha, train.tree) == (made.sha, made.tree)
    assert (await get_git_commit(world.repo, made.sha)).parents == (base, head)
    assert await merge_branch(world.repo, base="train", head=head, message="Again") is None
    push(world, "other", a="3")
    with pytest.raises(Conflict):
        await merge_branch(world.repo, base="train", head="other", message="Clash")
    with pytest.raises(NotFound):
        await merge_branch(world.repo, base="nowhere", head="other", message="Where")


async def test_a_branch_is_updated_only_from_the_judged_head(world: World) -> None:
    main = push(world, "main", news="1")
    with pytest.raises(Unprocessable):
        await update_branch(world.repo, world.pull.number, expected_head_sha=Sha("0" * 40))
    before = world.head
    await update_branch(world.repo, world.pull.number, expected_head_sha=before)
    await world.hub.settle()
    pull = await get_pull(world.repo, world.pull.number)
    assert (await get_git_commit(world.repo, pull.head_sha)).parents == (before, main)


async def test_references_are_made_moved_listed_and_deleted(world: World) -> None:
    main, topic = Sha(world.repository.branches["main"]), world.head
    assert await get_ref(world.repo, "heads/pilothouse/a") is None
    made = await create_ref(world.repo, "heads/pilothouse/a", main)
    assert (made.ref, made.name, made.sha) == ("refs/heads/pilothouse/a", "pilothouse/a", main)
    with pytest.raises(Unprocessable, match="already exists"):
        await create_ref(world.repo, "heads/pilothouse/a", topic)
    assert (await update_ref(world.repo, "heads/pilothouse/a", topic)).sha == topic
    with pytest.raises(Unprocessable):
        await update_ref(world.repo, "heads/pilothouse/a", main)
    assert (await update_ref(world.repo, "heads/pilothouse/a", main, force=True)).sha == main
    await create_ref(world.repo, "heads/pilothouse-b", main)
    assert [one.name for one in await list_refs(world.repo, "heads/pilothouse/")] == ["pilothouse/a"]
    for _ in range(2):  # a second time changes nothing
        await delete_ref(world.repo, "heads/pilothouse/a")
    assert await get_ref(world.repo, "heads/pilothouse/a") is None


async def test_a_protected_reference_is_not_taken_for_deleted(bench: Bench) -> None:
    where = f"{REPO}/git/refs/heads/main"
    bench.server.answer("DELETE", where, Answer({"message": "Cannot delete protected branch"}, 422))
    with pytest.raises(Unprocessable, match="protected"):
        await delete_ref(bench.github.repository(REPOSITORY), "heads/main")
    bench.server.answer("DELETE", where, Answer({"message": "Reference does not exist"}, 422))
    await delete_ref(bench.github.repository(REPOSITORY), "heads/main")
    bench.server.answer("DELETE", where, Answer({"message": "Not Found"}, 404))
    await delete_ref(bench.github.repository(REPOSITORY), "heads/main")


async def test_an_annotated_tag_stands_for_its_commit(world: World) -> None:
    main = Sha(world.repository.branches["main"])
    assert await tagged_commit(world.repo, "v1.0.0") is None
    tag = await create_tag(world.repo, tag="v1.0.0", message="Release v1.0.0", sha=main)
    assert (tag.tag, tag.message, tag.target_sha, tag.target_type) == (
        "v1.0.0",
        "Release v1.0.0",
        main,
        "commit",
    )
    assert await tagged_commit(world.repo, "v1.0.0") is None, "no reference names it yet"
    made = await create_ref(world.repo, "tags/v1.0.0", tag.sha)
    assert (made.name, made.type) == ("v1.0.0", "tag")
    assert await tagged_commit(world.repo, "v1.0.0") == main
    await create_ref(world.repo, "tags/light", world.head)
    assert await tagged_commit(world.repo, "light") == world.head


async def test_a_commit_is_made_in_its_authors_name(world: World) -> None:
    main = await get_branch(world.repo, "main")
    assert main is not None
    grace = GitPerson(name="Grace", email="grace@example.com", date="2026-01-01T00:00:00Z")
    new = NewCommit(message="Carry it over\n", tree=main.tree, parents=(main.sha,), author=grace)
    made = await create_commit(world.repo, new)
    read = await get_git_commit(world.repo, made.sha)
    assert read == made
    assert (read.author.name, read.author.email, read.parents) == (
        "Grace",
        "grace@example.com",
        (main.sha,),
    )
    assert (read.tree, read.message.strip()) == (main.tree, "Carry it over")
    own = await create_commit(world.repo, NewCommit(message="Mine", tree=main.tree, parents=()))
    assert own.parents == ()


async def test_pull_requests_are_opened_retargeted_and_described(world: World) -> None:
    push(world, "second", b="1")
    new = NewPull(head="second", base="topic", title="Second", body="On top")
    made = await create_pull(world.repo, new)
    assert (made.title, made.head_ref, made.base_ref, made.draft) == ("Second", "second", "topic", False)
    with pytest.raises(Unprocessable) as refused:
        await create_pull(world.repo, new)
    assert "already exists" in refused.value.errors[0]
    assert [pull.number for pull in await pulls_onto(world.repo, "topic")] == [made.number]
    assert (await retarget_pull(world.repo, made.number, base="main")).base_ref == "main"
    assert [pull.number for pull in await pulls_onto(world.repo, "topic")] == []
    described, body = await get_described_pull(world.repo, made.number)
    assert (described.number, body) == (made.number, "On top")
    assert described.node_id
    files = await list_pull_files(world.repo, world.pull.number)
    assert [(file.path, file.status) for file in files] == [("src/lib.rs", "modified")]
