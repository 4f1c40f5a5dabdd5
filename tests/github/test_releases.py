"""Releases and their files on the local GitHub: drafted, published, downloaded, deleted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from bot.github.errors import NotFound, Uncertain, Unprocessable
from bot.github.git_data import tagged_commit
from bot.github.release_models import NewRelease
from bot.github.releases import (
    create_draft,
    delete_release,
    get_release,
    list_assets,
    list_releases,
    open_asset,
    publish_release,
)
from bot.localhub.state.releases import assets
from tests.support.raw_github import REPO, REPOSITORY, Answer

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from tests.support.github_world import World
    from tests.support.raw_github import Bench

NEW = NewRelease(tag_name="v1.0.0", target_commitish="main", name="One", body="It works.", prerelease=False)


async def content_of(repo: RepositoryClient, asset_id: int) -> bytes:
    async with open_asset(repo, asset_id) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_a_draft_makes_no_tag_and_publishing_it_does(world: World) -> None:
    """What nobody may see yet is in the list for whoever may write."""
    repo = world.repo
    draft = await create_draft(repo, NEW)
    assert (draft.tag_name, draft.draft, draft.published_at, draft.assets) == ("v1.0.0", True, None, ())
    assert await list_releases(repo) == (draft,)
    assert await get_release(repo, draft.id) == draft
    assert await tagged_commit(repo, "v1.0.0") is None
    published = await publish_release(
        repo, draft.id, tag_name=draft.tag_name, prerelease=False, make_latest="true"
    )
    assert (published.draft, published.prerelease, published.name) == (False, False, "One")
    assert published.published_at is not None
    assert await list_releases(repo) == (published,)
    assert await tagged_commit(repo, "v1.0.0") == world.repository.branches["main"]
    again = await publish_release(
        repo, draft.id, tag_name=draft.tag_name, prerelease=False, make_latest="true"
    )
    assert again.published_at == published.published_at


async def test_a_deleted_release_is_gone_and_may_be_deleted_again(world: World) -> None:
    draft = await create_draft(world.repo, NEW)
    for _ in range(2):
        await delete_release(world.repo, draft.id)
    assert await get_release(world.repo, draft.id) is None
    assert await list_releases(world.repo) == ()


async def test_files_tell_state_size_and_digest_and_come_byte_for_byte(world: World) -> None:
    draft = await create_draft(world.repo, NEW)
    release = world.repository.releases[draft.id]
    content = bytes(range(256)) * 4_096
    ada = world.hub.store.user("ada")
    whole = assets.NewAsset(name="rocket.tar.gz", content=content, uploader=ada)
    assets.upload(world.hub.store, release, whole)
    broken = assets.NewAsset(name="half.tar.gz", content=b"half", uploader=ada)
    assets.break_off(world.hub.store, release, broken)
    listed = {asset.name: asset for asset in await list_assets(world.repo, draft.id)}
    good, bad = listed["rocket.tar.gz"], listed["half.tar.gz"]
    assert (good.is_uploaded, good.size) == (True, len(content))
    assert good.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (bad.is_uploaded, bad.digest) == (False, "")
    assert await content_of(world.repo, good.id) == content
    with pytest.raises(NotFound):
        await content_of(world.repo, 999_999)


async def test_a_file_that_is_sent_without_a_link_is_read_too(bench: Bench) -> None:
    """GitHub says of this one: API clients should handle both a 200 or 302 response."""
    where, plain = f"{REPO}/releases/assets/9", {"content-type": "application/octet-stream"}
    bench.server.answer("GET", where, Answer(b"content", headers=plain))
    assert await content_of(bench.github.repository(REPOSITORY), 9) == b"content"
    (call,) = bench.server.calls()
    assert call.headers["accept"] == "application/octet-stream"


async def test_a_draft_whose_answer_is_lost_is_not_made_twice(bench: Bench) -> None:
    bench.server.answer("POST", f"{REPO}/releases", Answer(status=0))
    with pytest.raises(Uncertain):
        await create_draft(bench.github.repository(REPOSITORY), NEW)
    assert len(bench.server.calls("POST")) == 1


async def test_what_github_refuses_of_a_release_is_told(bench: Bench) -> None:
    errors = [{"resource": "Release", "code": "already_exists", "field": "tag_name"}]
    answer = Answer({"message": "Validation Failed", "errors": errors}, 422)
    bench.server.answer("PATCH", f"{REPO}/releases/4", answer)
    repo = bench.github.repository(REPOSITORY)
    with pytest.raises(Unprocessable) as raised:
        await publish_release(repo, 4, tag_name="v1.0.0", prerelease=False, make_latest="true")
    assert raised.value.errors == ("Release tag_name already_exists",)
