"""What a release workflow uploads to the draft of its tag, before the local GitHub."""

from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.localhub.conftest import seed
from tests.support.hub_client import calling
from tests.support.shipped import Job, module

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from bot.localhub.server import LocalHub

UPLOAD = "pilothouse-release/upload.py"
RELEASES = "/repos/acme/rocket/releases"
FILES = {
    "rocket-1.0.0-linux-x64.tar.gz": b"x64",
    "SHA256SUMS": b"sums\n",
    "rocket-1.0.0.sigstore.json": b"{}",
}


class Uploading:
    """A repository whose release workflow has built files."""

    def __init__(self, hub: LocalHub, folder: Path) -> None:
        self.hub, self.seeded = hub, seed(hub)
        self.token = hub.access.issue(self.seeded.installation, permissions=None, repository_ids=None).text
        self.files = folder / "files"
        self.files.mkdir()
        for name, content in FILES.items():
            (self.files / name).write_bytes(content)
        told = {
            "GITHUB_API_URL": hub.url,
            "GITHUB_REPOSITORY": "acme/rocket",
            "GITHUB_TOKEN": self.token,
            "FOLDER": str(self.files),
            "TAG": "v1.0.0",
            "PATIENCE": "0",
        }
        self.job = Job(folder, told)

    async def run(self, **settings: str) -> CompletedProcess[str]:
        """This function will upload what was built."""
        return await asyncio.to_thread(partial(self.job.run, UPLOAD, at=None, **settings))

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """This function will do something that somebody else does."""
        async with calling(self.hub, self.token) as call:
            return (await call(method, path, body)).body

    async def draft(self, **said: Any) -> int:
        """This function will draft the release, as Pilothouse does."""
        made = await self.call("POST", RELEASES, {"tag_name": "v1.0.0", "draft": True, **said})
        return int(made["id"])

    @property
    def there(self) -> dict[str, bytes]:
        """What the releases hold."""
        releases = self.seeded.repository.releases.values()
        return {each.name: each.content for release in releases for each in release.assets.values()}


@pytest.fixture
async def uploading(hub: LocalHub, tmp_path: Path) -> Uploading:
    return Uploading(hub, tmp_path)


async def test_files_go_to_the_draft_the_checksums_last_and_once(uploading: Uploading) -> None:
    """A job that is run again finds what is there, and uploads what is not, or not whole."""
    number = await uploading.draft(body="notes of Pilothouse")
    ended = await uploading.run()
    assert ended.returncode == 0, ended.stderr
    assert uploading.there == FILES
    assert ended.stdout.splitlines()[-1].startswith("SHA256SUMS: 5 bytes, sha256:")
    release = uploading.seeded.repository.releases[number]
    assert (release.body, release.draft) == ("notes of Pilothouse", True)
    (uploading.files / "rocket-1.0.0-linux-x64.tar.gz").write_bytes(b"again")
    ended = await uploading.run()
    assert ended.returncode == 0, ended.stderr
    assert "SHA256SUMS is there" in ended.stdout
    assert uploading.there == {**FILES, "rocket-1.0.0-linux-x64.tar.gz": b"again"}


def test_the_tag_may_start_it_before_the_draft_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilothouse makes the tag first: a release that is published comes before any draft."""
    upload = module(UPLOAD)
    draft, published = (
        {"id": 7, "tag_name": "v1.0.0", "draft": True},
        {"id": 9, "tag_name": "v1.0.0", "draft": False},
    )
    pages = iter([[], [{**draft, "tag_name": "v0.9.0"}], [draft, published]])
    rests: list[float] = []
    monkeypatch.setattr(upload, "listed", lambda _: next(pages))
    monkeypatch.setattr(upload, "time", SimpleNamespace(monotonic=lambda: sum(rests), sleep=rests.append))
    assert upload.release_of("v1.0.0", "", 900) == published
    assert rests == [10, 10]


async def test_where_nobody_drafts_a_draft_is_made_and_not_published(uploading: Uploading) -> None:
    """A tag that a person pushes is a release too, which a person publishes."""
    ended = await uploading.run()
    assert ended.returncode == 0, ended.stderr
    assert "::notice::nobody has made a draft for v1.0.0" in ended.stdout
    (release,) = uploading.seeded.repository.releases.values()
    assert release.draft
    assert uploading.there == FILES


async def test_what_is_published_stays_as_it_is(uploading: Uploading) -> None:
    number = await uploading.draft()
    assert (await uploading.run()).returncode == 0
    await uploading.call("PATCH", f"{RELEASES}/{number}", {"tag_name": "v1.0.0", "draft": False})
    assert (await uploading.run()).returncode == 0
    (uploading.files / "SHA256SUMS").write_bytes(b"others\n")
    ended = await uploading.run()
    assert ended.returncode == 1
    assert (
        "::error::v1.0.0 is published without this SHA256SUMS: what is published stays as it is"
        in ended.stderr
    )
    assert uploading.there == FILES


async def test_a_token_that_may_not_write_is_told(uploading: Uploading) -> None:
    await uploading.draft()
    token = uploading.hub.access.issue(
        uploading.seeded.installation, permissions={"contents": "read"}, repository_ids=None
    )
    ended = await uploading.run(GITHUB_TOKEN=token.text)
    assert ended.returncode == 1
    assert "::error::GitHub answered 4" in ended.stderr
    assert token.text not in ended.stderr + ended.stdout
    assert uploading.there == {}
