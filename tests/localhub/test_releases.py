"""Releases of the local GitHub: drafts, tags, publishing, immutability, files and what is told of all that."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.localhub.server import LocalHub
from bot.localhub.state import git
from bot.localhub.state.protections import Rule, Ruleset
from bot.localhub.state.releases import assets
from bot.localhub.state.releases.nouns import STARTER
from tests.localhub.conftest import seed
from tests.localhub.test_every_operation import expect
from tests.support.hub import wall_clock
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller, Receiver

R = "/repos/acme/rocket"
RELEASES = f"{R}/releases"
PUBLISHED = {"tag_name": "v1.0.0", "draft": False}
RESTRICTED = "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n"


async def draft(call: Caller, tag: str = "v1.0.0", **fields: Any) -> Any:
    """This function will draft a release."""
    return await expect(call, 201, "POST", RELEASES, {"tag_name": tag, "draft": True, **fields})


async def upload(call: Caller, release: Any, name: str, content: bytes, status: int = 201) -> Any:
    """This function will upload a file to where a release says."""
    url = release["upload_url"].partition("{")[0]
    answer = await call("POST", f"{url}?name={name}", content, Content_Type="application/gzip")
    assert answer.status == status, answer.body
    return answer.body


def protect_tags(seeded: Seeded, *types: str, include: str = "refs/tags/v*") -> None:
    """This function will put a ruleset on tags."""
    rules = tuple(Rule(type=one) for one in types)
    seeded.repository.rulesets.append(Ruleset(id=1, target="tag", include=(include,), rules=rules))


async def test_a_draft_has_no_tag_and_is_found_only_in_the_list(
    seeded: Seeded, as_installation: Caller
) -> None:
    """A draft cannot be looked up by its tag's name: github.com/github/developer.github.com/pull/784."""
    made = await draft(as_installation, name="One", body="- everything")
    assert made["draft"]
    assert made["published_at"] is None
    assert "/releases/tag/untagged-" in made["html_url"]
    assert "v1.0.0" not in seeded.repository.tags
    await expect(as_installation, 404, "GET", f"{RELEASES}/tags/v1.0.0")
    await expect(as_installation, 404, "GET", f"{RELEASES}/latest")
    (listed,) = await expect(as_installation, 200, "GET", RELEASES)
    assert listed == made
    assert await expect(as_installation, 200, "GET", f"{RELEASES}/{made['id']}") == made


async def test_publishing_a_draft_makes_its_tag(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    made = await draft(as_installation, target_commitish="topic")
    done = await expect(
        as_installation,
        200,
        "PATCH",
        f"{RELEASES}/{made['id']}",
        {"tag_name": "v1.0.0", "draft": False, "name": "One"},
    )
    assert seeded.repository.tags["v1.0.0"] == seeded.pull.head_sha
    assert done["html_url"].endswith("/releases/tag/v1.0.0")
    assert await expect(as_installation, 200, "GET", f"{RELEASES}/tags/v1.0.0") == done
    assert await expect(as_installation, 200, "GET", f"{RELEASES}/latest") == done
    await hub.settle()
    told = [name for name in receiver.names if name.startswith(("release", "create", "push"))]
    assert sorted(told) == ["create", "push", "release.created", "release.published", "release.released"]


async def test_an_edit_without_its_tag_takes_it_from_a_draft(seeded: Seeded, as_installation: Caller) -> None:
    """What has no tag yet is published with one that nobody wanted: github.com/mongodb-js/mongosh/pull/691."""
    made = await draft(as_installation)
    done = await expect(as_installation, 200, "PATCH", f"{RELEASES}/{made['id']}", {"draft": False})
    assert done["tag_name"].startswith("untagged-")
    assert seeded.repository.tags.keys() == {done["tag_name"]}


async def test_an_existing_tag_stays_where_it_is(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    git.set_tag(hub.store, seeded.repository, "v1.0.0", seeded.pull.head_sha, hub.app.bot)
    await expect(as_installation, 201, "POST", RELEASES, {"tag_name": "v1.0.0", "target_commitish": "main"})
    assert seeded.repository.tags["v1.0.0"] == seeded.pull.head_sha


async def test_two_drafts_may_have_one_tag_but_only_one_is_published(
    seeded: Seeded, as_installation: Caller
) -> None:
    one, two = await draft(as_installation), await draft(as_installation)
    await expect(as_installation, 200, "PATCH", f"{RELEASES}/{one['id']}", PUBLISHED)
    refused = await expect(as_installation, 422, "PATCH", f"{RELEASES}/{two['id']}", PUBLISHED)
    assert refused["errors"] == [{"resource": "Release", "code": "already_exists", "field": "tag_name"}]
    assert seeded.repository.releases[two["id"]].draft
    await expect(as_installation, 422, "POST", RELEASES, {"tag_name": "v1.0.0"})


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"tag_name": ""}, "tag_name", "missing_field"),
        ({"tag_name": "v1", "target_commitish": "nowhere"}, "target_commitish", "invalid"),
        ({"tag_name": "v1", "make_latest": "perhaps"}, "make_latest", "invalid"),
        ({"tag_name": "v1", "make_latest": "true", "prerelease": True}, "make_latest", "custom"),
    ],
)
async def test_a_wrong_release_is_refused_with_its_field(
    seeded: Seeded, as_installation: Caller, fields: dict[str, Any], field: str, code: str
) -> None:
    refused = await expect(as_installation, 422, "POST", RELEASES, fields)
    assert (refused["errors"][0]["field"], refused["errors"][0]["code"]) == (field, code)
    assert not seeded.repository.releases
    assert not seeded.repository.tags


async def test_a_protected_tag_is_not_made_by_publishing(seeded: Seeded, as_installation: Caller) -> None:
    """The draft stays, in GitHub's own words: github.com/googleapis/release-please-action/issues/1194."""
    protect_tags(seeded, "creation")
    made = await draft(as_installation)
    refused = await expect(as_installation, 422, "PATCH", f"{RELEASES}/{made['id']}", PUBLISHED)
    assert refused["errors"] == [
        {
            "resource": "Release",
            "code": "custom",
            "field": "pre_receive",
            "message": f"pre_receive {RESTRICTED}",
        },
        {"resource": "Release", "code": "custom", "message": "Published releases must have a valid tag"},
    ]
    assert seeded.repository.releases[made["id"]].draft
    await draft(as_installation, "beta-1")
    await expect(as_installation, 201, "POST", RELEASES, {"tag_name": "beta-1"})


async def test_a_prerelease_and_a_maintenance_release_are_not_the_latest(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    for fields in (
        {"tag_name": "v2.0.0"},
        {"tag_name": "v1.9.1", "make_latest": "false"},
        {"tag_name": "v3.0.0-rc.1", "prerelease": True},
    ):
        await expect(as_installation, 201, "POST", RELEASES, fields)
    latest = await expect(as_installation, 200, "GET", f"{RELEASES}/latest")
    assert latest["tag_name"] == "v2.0.0"
    await hub.settle()
    assert receiver.names.count("release.released") == 2
    assert receiver.names.count("release.prereleased") == 1
    assert seeded.repository.tags.keys() == {"v2.0.0", "v1.9.1", "v3.0.0-rc.1"}


async def test_edits_are_told_with_what_was_before(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    made = await expect(as_installation, 201, "POST", RELEASES, {"tag_name": "v1", "prerelease": True})
    here = f"{RELEASES}/{made['id']}"
    await expect(as_installation, 200, "PATCH", here, {"body": "Notes", "prerelease": False})
    await hub.settle()
    (edited,) = [one.payload for one in receiver.received if one.name == "release.edited"]
    assert edited["changes"] == {"body": {"from": ""}}
    assert "release.released" in receiver.names
    await expect(as_installation, 200, "PATCH", here, {"draft": True})
    await expect(as_installation, 204, "DELETE", here)
    await hub.settle()
    assert {"release.unpublished", "release.deleted"} <= set(receiver.names)
    assert "v1" in seeded.repository.tags


async def test_a_file_is_uploaded_with_its_digest_and_downloaded_from_another_host(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    made = await draft(as_installation)
    content = bytes(range(256)) * 3
    asset = await upload(as_installation, made, "app%20v1-linux-x64.tar.gz", content)
    assert asset["name"] == "app.v1-linux-x64.tar.gz"
    assert (asset["size"], asset["state"], asset["content_type"]) == (768, "uploaded", "application/gzip")
    assert asset["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    here = f"{RELEASES}/assets/{asset['id']}"
    assert await expect(as_installation, 200, "GET", here) == asset
    assert await expect(as_installation, 200, "GET", f"{RELEASES}/{made['id']}/assets") == [asset]
    link = (await as_installation("GET", here, Accept="application/octet-stream")).headers["location"]
    assert not link.startswith(hub.url)
    async with aiohttp.ClientSession() as session, session.get(link) as response:
        assert await response.read() == content
    refused = await upload(as_installation, made, "app%20v1-linux-x64.tar.gz", b"other", 422)
    assert refused["errors"][0]["code"] == "already_exists"
    await upload(as_installation, made, "empty", b"", 400)
    await upload(as_installation, made, "...", b"x", 422)
    await expect(as_installation, 204, "DELETE", here)
    await expect(as_installation, 404, "GET", here)
    assert not seeded.repository.releases[made["id"]].assets


async def test_an_immutable_release_burns_its_tag(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    """Nothing of it can be changed, and its tag's name never serves again: github.com/microsoft/hve-core/pull/554."""
    seeded.repository.immutable_releases = True
    made = await draft(as_installation)
    asset = await upload(as_installation, made, "app.tar.gz", b"app")
    here = f"{RELEASES}/{made['id']}"
    done = await expect(as_installation, 200, "PATCH", here, PUBLISHED)
    assert done["immutable"]
    refused = await upload(as_installation, made, "late.tar.gz", b"late", 422)
    assert refused["message"] == "Cannot upload assets to an immutable release."
    refused = await expect(as_installation, 422, "DELETE", f"{RELEASES}/assets/{asset['id']}")
    assert refused["errors"][0]["message"] == "Cannot delete asset from an immutable release"
    await expect(as_installation, 422, "PATCH", here, {"draft": True})
    await expect(as_installation, 422, "PATCH", here, {"tag_name": "v2"})
    await expect(as_installation, 200, "PATCH", here, {"body": "Better notes"})
    await expect(as_installation, 422, "DELETE", f"{R}/git/refs/tags/v1.0.0")
    await expect(as_installation, 204, "DELETE", here)
    await expect(as_installation, 204, "DELETE", f"{R}/git/refs/tags/v1.0.0")
    refused = await expect(as_installation, 422, "POST", RELEASES, {"tag_name": "v1.0.0"})
    assert "tag_name was used by an immutable release" in str(refused["errors"])
    body = {"ref": "refs/tags/v1.0.0", "sha": seeded.pull.head_sha}
    assert (await expect(as_installation, 422, "POST", f"{R}/git/refs", body))["message"] == RESTRICTED
    assert hub.store.repository("acme/rocket").tags == {}


async def test_a_release_whose_tag_goes_is_a_draft_again(seeded: Seeded, as_installation: Caller) -> None:
    made = await expect(as_installation, 201, "POST", RELEASES, {"tag_name": "v1"})
    await expect(as_installation, 204, "DELETE", f"{R}/git/refs/tags/v1")
    assert (await expect(as_installation, 200, "GET", f"{RELEASES}/{made['id']}"))["draft"]
    assert seeded.repository.releases


async def test_a_protected_tag_is_neither_made_nor_deleted(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    git.set_tag(hub.store, seeded.repository, "v1", seeded.pull.head_sha, hub.app.bot)
    protect_tags(seeded, "creation", "deletion")
    body = {"ref": "refs/tags/v2", "sha": seeded.pull.head_sha}
    assert (await expect(as_installation, 422, "POST", f"{R}/git/refs", body))["message"] == RESTRICTED
    refused = await expect(as_installation, 422, "DELETE", f"{R}/git/refs/tags/v1")
    assert refused["message"].startswith("Repository rule violations found")
    seeded.repository.rulesets[0].bypass = frozenset({hub.app.bot.id})
    await expect(as_installation, 201, "POST", f"{R}/git/refs", body)


async def test_drafts_are_hidden_from_whoever_may_only_read(hub: LocalHub, seeded: Seeded) -> None:
    token = hub.access.issue(seeded.installation, permissions={"contents": "read"}, repository_ids=None)
    write = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    async with calling(hub, write.text) as writer, calling(hub, token.text) as reader:
        made = await draft(writer)
        assert await expect(reader, 200, "GET", RELEASES) == []
        assert (await reader("GET", f"{RELEASES}/{made['id']}")).status == 404


@pytest.mark.parametrize("state", ["open", STARTER])
async def test_a_file_that_broke_off_is_listed_but_empty(state: str) -> None:
    """An upload that broke off leaves a file of no bytes that stands in the way of the next try.

    https://docs.github.com/rest/releases/assets#upload-a-release-asset calls its state `starter`, which GitHub's
    description does not know; so this is not held against it.
    """
    hub = await LocalHub.start(clock=wall_clock)
    seeded = seed(hub)
    token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    async with calling(hub, token.text) as call:
        made = await draft(call)
        release = seeded.repository.releases[made["id"]]
        new = assets.NewAsset(name="app.tar.gz", content=b"whole", uploader=hub.app.bot)
        broken = assets.break_off(hub.store, release, new, state=state)
        (listed,) = await expect(call, 200, "GET", f"{RELEASES}/{made['id']}/assets")
        assert (listed["state"], listed["size"], listed["digest"]) == (state, 0, None)
        await upload(call, made, "app.tar.gz", b"whole", 422)
        here = f"{RELEASES}/assets/{broken.id}"
        assert (await call("GET", here, Accept="application/octet-stream")).status == 404
        await expect(call, 204, "DELETE", here)
        await upload(call, made, "app.tar.gz", b"whole")
    await hub.close()
