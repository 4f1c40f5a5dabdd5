"""The bodies of releases and of their files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.localhub.bodies import repositories
from bot.localhub.bodies.accounts import Body, moment, moment_or_none, node_id, user
from bot.localhub.state.releases.nouns import UPLOADED

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.releases.nouns import Release, ReleaseAsset
    from bot.localhub.state.store import Store


def page_of(store: Store, repository: Repository, which: Release) -> str:
    """This function will give the page of a release; a draft's does not tell its tag."""
    return f"{repositories.html_url(store, repository)}/releases/tag/{place_of(which)}"


def place_of(which: Release) -> str:
    """This function will give what stands for a release in its page's address: its tag, unless it is a draft."""
    if not which.draft:
        return quote(which.tag)
    return "untagged-" + hashlib.sha256(str(which.id).encode()).hexdigest()[:20]


def release(store: Store, repository: Repository, which: Release) -> Body:
    """This function will give a release with its files."""
    home = repositories.api_url(store, repository)
    url = f"{home}/releases/{which.id}"
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "html_url": page_of(store, repository, which),
        "id": which.id,
        "node_id": node_id("RE", which.id),
        "author": user(store, which.author),
        "tag_name": which.tag,
        "target_commitish": which.target,
        "name": which.name,
        "draft": which.draft,
        "immutable": which.immutable,
        "prerelease": which.prerelease,
        "created_at": moment(which.created_at),
        "updated_at": moment(which.updated_at),
        "published_at": moment_or_none(which.published_at),
        "assets": [asset(store, repository, which, one) for one in which.assets.values()],
        "tarball_url": None if which.draft else f"{home}/tarball/{quote(which.tag)}",
        "zipball_url": None if which.draft else f"{home}/zipball/{quote(which.tag)}",
        "body": which.body,
    }


def in_payload(store: Store, repository: Repository, which: Release) -> Body:
    """This function will give a release as deliveries do: only whole files."""
    body = release(store, repository, which)
    return body | {"assets": [one for one in body["assets"] if one["state"] == UPLOADED]}


def asset(store: Store, repository: Repository, of: Release, which: ReleaseAsset) -> Body:
    """This function will give a file of a release."""
    page = repositories.html_url(store, repository)
    return {
        "url": f"{repositories.api_url(store, repository)}/releases/assets/{which.id}",
        "id": which.id,
        "node_id": node_id("RA", which.id),
        "name": which.name,
        "label": which.label,
        "uploader": user(store, which.uploader),
        "content_type": which.content_type,
        "state": which.state,
        "size": len(which.content),
        "digest": which.digest,
        "download_count": which.downloads,
        "created_at": moment(which.created_at),
        "updated_at": moment(which.updated_at),
        "browser_download_url": f"{page}/releases/download/{place_of(of)}/{quote(which.name)}",
    }
