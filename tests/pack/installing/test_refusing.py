"""What keeps a pipeline from being proposed is told in a sentence that says what helps, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.errors import GitHubError
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts
from bot.pack.installing.drafting import WrongConfigurationError
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.model import Wish
from bot.pack.installing.proposing import BRANCH
from bot.pack.installing.recording import blob_id
from bot.pack.model import RECORD
from tests.support.hub import wall_clock
from tests.support.installing import Site, app_that_may, errand, open_site

if TYPE_CHECKING:
    from pathlib import Path

POLICY = ".github/pilothouse.yml"


async def test_a_branch_of_a_person_is_not_taken(site: Site) -> None:
    site.push({"notes.txt": "mine"}, branch=BRANCH)
    with pytest.raises(UnusableSourceError, match="pilothouse\\[bot\\] did not make"):
        await site.bring()
    assert site.writes == []


async def test_a_newer_programs_record_stops_it(site: Site) -> None:
    site.push({RECORD: '{"version": 99}'})
    with pytest.raises(UnusableSourceError, match="Update Pilothouse"):
        await site.bring()


async def test_a_record_that_names_files_of_others_removes_none(site: Site) -> None:
    """Whoever may open a pull request could write into the record that init once made src/lib.rs."""
    await site.bring()
    site.merge()
    text = (site.file(RECORD) or "").replace(
        '"files": {', f'"files": {{"store/src/lib.rs": {{"blob": "{blob_id(b"")}"}},', 1
    )
    site.push({RECORD: text})
    await site.bring()
    assert site.file("store/src/lib.rs", branch=BRANCH) == ""


async def test_a_dry_run_writes_nothing(site: Site) -> None:
    said = await site.bring(errand(is_dry=True))
    assert "ci-build.yml  (new)" in said
    assert site.writes == []


async def test_mistakes_of_the_policy_are_shown_with_their_lines(site: Site) -> None:
    site.push({POLICY: "version: 1\nmerge:\n  methd: squash\n"})
    with pytest.raises(WrongConfigurationError, match=r"\.github/pilothouse\.yml:3:3: "):
        await site.bring()


async def test_a_file_in_the_way_is_named(site: Site) -> None:
    """Git would drop the file for the folder without a word."""
    site.push({".github": "a file\n"})
    with pytest.raises(UnusableSourceError, match=r"\.github is a file there"):
        await site.bring()


async def test_a_path_that_the_pack_has_not_is_told(site: Site) -> None:
    with pytest.raises(UnusableSourceError, match="none of the pack's files"):
        await site.bring(errand(files={"src/lib.rs": Wish.REPLACE}))


async def test_who_may_not_change_workflows_is_told_what_helps(tmp_path: Path) -> None:
    """The reference pipeline was stuck here: the refusal says which permission, where, and what else would do."""
    app = app_that_may({"metadata": "read", "contents": "write", "pull_requests": "write"})
    hub = await LocalHub.start(clock=wall_clock, settings=app, record=tmp_path / "traffic.jsonl")
    try:
        site = open_site(hub)
        with pytest.raises(GitHubError) as refused:
            await site.bring()
    finally:
        await hub.close()
    for words in ("workflows: write", "under Permissions", "--out FOLDER", "scope `workflow`"):
        assert words in str(refused.value)
    assert site.pulls == []


async def test_an_archived_repository_is_told(site: Site) -> None:
    site.repository.archived = True
    with pytest.raises(UnusableSourceError, match="Unarchive it"):
        await site.bring()


async def test_a_repository_that_the_app_does_not_reach_is_told(hub: LocalHub) -> None:
    open_site(hub)
    accounts.create_repository(hub.store, "acme/other")
    with pytest.raises(UnusableSourceError, match="installations/new"):
        await Site(hub=hub, repository=hub.store.repository("acme/other")).bring(
            errand(full_name="acme/other")
        )


async def test_a_suspended_installation_is_told(site: Site) -> None:
    for installation in site.hub.store.installations.values():
        installation.suspended_at = wall_clock()
    with pytest.raises(UnusableSourceError, match="suspended"):
        await site.bring()


async def test_who_may_not_write_is_told_which_permission_is_missing(tmp_path: Path) -> None:
    app = app_that_may({"metadata": "read", "contents": "read", "pull_requests": "write"})
    hub = await LocalHub.start(clock=wall_clock, settings=app, record=tmp_path / "traffic.jsonl")
    try:
        with pytest.raises(GitHubError, match="contents: write"):
            await open_site(hub).bring()
    finally:
        await hub.close()


async def test_more_files_than_github_lists_need_a_clone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub lists 100,000 of them: https://docs.github.com/en/rest/git/trees#get-a-tree."""

    async def truncated(*_: object) -> None:
        return None

    monkeypatch.setattr("bot.pack.installing.looking.remote.blobs_of", truncated)
    with pytest.raises(UnusableSourceError, match="Clone it and say --out FOLDER"):
        await site.bring()


async def test_thousands_of_manifests_are_read_from_a_clone(hub: LocalHub) -> None:
    """Reading each by a call would use up the hour's calls of the whole installation."""
    crates = {f"crates/c{number}/Cargo.toml": b"%d" % number for number in range(1_001)}
    site = open_site(hub, {"Cargo.toml": b"[workspace]\n", **crates})
    with pytest.raises(UnusableSourceError, match="say --from FOLDER"):
        await site.bring()
    assert site.writes == []
