"""Releases and their files: drafted, published, deleted, read back, downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import shipping_operations as op
from bot.github.errors import NotFound
from bot.github.release_models import Asset, Release
from bot.github.shapes import Id, Moment, Nothing, UserShape, actor, optional_moment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from bot.github.client import RepositoryClient
    from bot.github.release_models import MakeLatest, NewRelease

_MOST_LOOKED_AT = 1_000  # newest first: ten pages


class AssetShape(Struct):
    """A file of a release."""

    id: Id
    name: str
    state: str
    size: int = 0
    digest: str | None = None

    def to_asset(self) -> Asset:
        """This function will return the file."""
        return Asset(
            id=self.id,
            name=self.name,
            state=self.state,
            size=self.size,
            digest=self.digest or "",
        )


class ReleaseShape(Struct):
    """A release."""

    id: Id
    tag_name: str
    draft: bool
    prerelease: bool
    name: str | None = None
    body: str | None = None
    immutable: bool = False
    html_url: str = ""
    author: UserShape | None = None
    published_at: Moment | None = None
    assets: list[AssetShape] = field(default_factory=list)

    def to_release(self) -> Release:
        """This function will return the release."""
        return Release(
            id=self.id,
            tag_name=self.tag_name,
            name=self.name or "",
            body=self.body or "",
            draft=self.draft,
            prerelease=self.prerelease,
            immutable=self.immutable,
            html_url=self.html_url,
            author=actor(self.author),
            published_at=optional_moment(self.published_at),
            assets=tuple(asset.to_asset() for asset in self.assets),
        )


async def list_releases(repo: RepositoryClient) -> tuple[Release, ...]:
    """This function will read the newest 1,000 releases with the drafts, newest first."""
    found: list[Release] = []
    async for shape in repo.calls.pages(op.LIST_RELEASES, ReleaseShape, {}):
        found.append(shape.to_release())
        if len(found) == _MOST_LOOKED_AT:
            break
    return tuple(found)


async def get_release(repo: RepositoryClient, release_id: int) -> Release | None:
    """This function will read a release or draft, or return None where it was deleted."""
    try:
        shape = await repo.calls.get(op.GET_RELEASE, ReleaseShape, {"release_id": release_id})
    except NotFound:
        return None
    return shape.to_release()


async def create_draft(repo: RepositoryClient, new: NewRelease) -> Release:
    """This function will make a draft release.

    Raises:
        Uncertain: the answer was lost; look for the draft before making it again.
        Unprocessable: there is a published release of that tag, or the target is not there.
    """
    body = {
        "tag_name": new.tag_name,
        "target_commitish": new.target_commitish,
        "name": new.name,
        "body": new.body,
        "prerelease": new.prerelease,
        "draft": True,
    }
    return (await repo.calls.send(op.CREATE_RELEASE, ReleaseShape, {}, body)).to_release()


async def publish_release(
    repo: RepositoryClient, release_id: int, *, tag_name: str, prerelease: bool, make_latest: MakeLatest
) -> Release:
    """This function will publish a draft; a second time changes nothing.

    The tag is named again, for an edit without it has taken a draft's tag away: github.com/mongodb-js/mongosh/pull/691.
    """
    body = {
        "tag_name": tag_name,
        "draft": False,
        "prerelease": prerelease,
        "make_latest": make_latest,
    }
    variables = {"release_id": release_id}
    return (await repo.calls.send(op.UPDATE_RELEASE, ReleaseShape, variables, body)).to_release()


async def delete_release(repo: RepositoryClient, release_id: int) -> None:
    """This function will delete a release or draft, its tag stays; one that is gone is no mistake."""
    try:
        await repo.calls.send(op.DELETE_RELEASE, Nothing, {"release_id": release_id})
    except NotFound:
        return


async def list_assets(repo: RepositoryClient, release_id: int) -> tuple[Asset, ...]:
    """This function will read all files of a release or draft."""
    shapes = await repo.calls.list(op.LIST_ASSETS, AssetShape, {"release_id": release_id})
    return tuple(shape.to_asset() for shape in shapes)


def open_asset(repo: RepositoryClient, asset_id: int) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
    """This function will open a release's file as a stream of chunks of bytes, never whole in memory.

    Raises:
        NotFound: it was deleted.
        Unavailable: the stream broke off; open it again.
    """
    return repo.calls.stream(op.DOWNLOAD_ASSET, {"asset_id": asset_id}, accept="application/octet-stream")
