"""Git itself clones and fetches what the local GitHub has."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.localhub.state import accounts, git, pulls

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Repository

FILES = {"README.md": "harbour\n", "src/berth/mod.rs": "fn main() {}\n", "src-old/a.rs": "\n", "src.txt": "x"}


@pytest.fixture
def repository(hub: LocalHub) -> Repository:
    """A repository with folders whose names git sorts in its own way."""
    ada = hub.store.user("ada")
    made = accounts.create_repository(hub.store, "acme/harbour", files=FILES)
    git.push(hub.store, made, "feature", files={"a/b/c.txt": "ä\n"}, message="Dredge\n\nDeeper.", author=ada)
    return made


async def run(*argv: str | Path) -> str:
    """This function will run git to its end, while the local GitHub answers it."""
    command = ["git", "-c", "protocol.version=2", *map(str, argv)]
    ended = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def test_a_clone_has_every_branch_under_the_ids_that_the_api_tells(
    hub: LocalHub, repository: Repository, tmp_path: Path
) -> None:
    await run("clone", "--quiet", f"{hub.url}/acme/harbour.git", tmp_path / "clone")
    clone = tmp_path / "clone"
    assert await run("-C", clone, "fsck", "--strict", "--no-dangling") == ""
    refs = (await run("-C", clone, "for-each-ref", "--format=%(objectname) %(refname:short)")).splitlines()
    for branch, sha in repository.branches.items():
        assert f"{sha} origin/{branch}" in refs
    await run("-C", clone, "checkout", "--quiet", "feature")
    assert (clone / "a/b/c.txt").read_text() == "ä\n"
    assert (clone / "src/berth/mod.rs").read_text() == FILES["src/berth/mod.rs"]


async def test_what_is_pushed_and_tagged_afterwards_is_fetched(
    hub: LocalHub, repository: Repository, tmp_path: Path
) -> None:
    clone, ada = tmp_path / "clone", hub.store.user("ada")
    await run("clone", "--quiet", f"{hub.url}/acme/harbour.git", clone)
    made = git.push(hub.store, repository, "feature", files={"new.txt": "1"}, message="More", author=ada)
    pulls.open_pull(hub.store, repository, title="More", head="feature", author=ada)
    tag = git.annotate(hub.store, "v1.0.0", made.sha, message="One\n", tagger=ada)
    repository.tags["v1.0.0"] = tag.sha
    await run("-C", clone, "fetch", "--quiet", "--tags")
    assert (await run("-C", clone, "rev-parse", "origin/feature")).strip() == made.sha
    assert (await run("-C", clone, "rev-parse", "v1.0.0")).strip() == tag.sha
    assert await run("-C", clone, "fsck", "--strict", "--no-dangling") == ""


async def test_a_commit_that_no_branch_has_any_more_is_fetched_by_its_id(
    hub: LocalHub, repository: Repository, tmp_path: Path
) -> None:
    await run("init", "--quiet", tmp_path / "here")
    first = repository.branches["main"]
    url = f"{hub.url}/acme/harbour.git"
    await run("-C", tmp_path / "here", "fetch", "--quiet", url, first)
    assert (await run("-C", tmp_path / "here", "rev-parse", "FETCH_HEAD")).strip() == first


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("acme/nowhere.git/info/refs?service=git-upload-pack", 404),
        ("acme/harbour.git/info/refs?service=git-receive-pack", 403),
        ("acme/harbour.git/info/refs", 403),
    ],
)
async def test_what_is_not_there_or_not_taken_is_refused(
    hub: LocalHub, repository: Repository, path: str, status: int
) -> None:
    assert repository.branches
    async with aiohttp.ClientSession() as session, session.get(f"{hub.url}/{path}") as response:
        assert response.status == status


async def test_two_commits_that_say_the_same_at_once_are_two(hub: LocalHub, repository: Repository) -> None:
    ada = hub.store.user("ada")
    one, two = (
        git.commit(hub.store, {"a": b"1"}, parents=(), message="Same", author=ada, authored_at=None)
        for _ in range(2)
    )
    assert repository.branches
    assert one.sha != two.sha
    assert one.tree == two.tree
