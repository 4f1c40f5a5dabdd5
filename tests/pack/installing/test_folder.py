"""A pipeline is written into a folder, whole files, never outside it, and never over what a person did."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.pack.installing.looking.folder import Folder
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.model import Change, Fate, Wish
from bot.pack.installing.recording import Written, blob_id, record_from, record_text
from bot.pack.installing.writing import write
from bot.pack.model import RECORD
from tests.support.installing import CI, CRATE, TESTS, THIRD, errand, write_into
from tests.support.layouts import NAMES, write_layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

POLICY = ".github/pilothouse.yml"


def lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ida", "-c", "user.email=ida@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a repository with two crates, all of it committed."""
    lay(tmp_path, CRATE)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    return tmp_path


def every_file(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


async def test_running_again_changes_nothing(clone: Path) -> None:
    """Not a byte, and no file is written anew."""
    assert "files written" in await write_into(clone, errand())
    before, stamp = every_file(clone), (clone / CI).stat().st_mtime_ns
    assert "Nothing is to be changed." in await write_into(clone, errand())
    assert every_file(clone) == before
    assert (clone / CI).stat().st_mtime_ns == stamp


async def test_edits_before_the_first_commit_are_told_from_what_was_written(clone: Path) -> None:
    """What was written is remembered in git at once, so that it is found before anybody commits it."""
    await write_into(clone, errand())
    name = (clone / TESTS).read_text()
    (clone / TESTS).write_text(name.replace("name:", "# ours\nname:", 1))
    record = record_from((clone / RECORD).read_bytes())
    old = (await Folder(clone).objects({record.files[TESTS].blob}))[record.files[TESTS].blob]
    assert old == name.encode()


async def test_without_git_edits_stay_too(tmp_path: Path) -> None:
    lay(tmp_path, CRATE)
    await write_into(tmp_path, errand())
    edited = (tmp_path / CI).read_text().replace("name:", "# ours\nname:", 1)
    (tmp_path / CI).write_text(edited)
    (tmp_path / TESTS).unlink()
    lay(tmp_path, THIRD)
    said = await write_into(tmp_path, errand())
    assert (tmp_path / CI).read_text() == edited
    assert not (tmp_path / TESTS).exists()
    assert "tests-all.yml  (you deleted it" in said
    assert "gate-tests" in (tmp_path / POLICY).read_text()


async def test_what_is_new_is_merged_with_edits(clone: Path) -> None:
    """The pack of before had another line at the end; the one of now takes it back, around the edit."""
    await write_into(clone, errand())
    now = (clone / CI).read_bytes()
    before = now.replace(b"\n", b"\n# of the pack of before\n", 1)
    record = record_from((clone / RECORD).read_bytes())
    (clone / CI).write_bytes(before)
    git(clone, "hash-object", "-w", CI)
    files = dict(record.files) | {CI: Written(blob=blob_id(before))}
    assert record.pipeline is not None
    (clone / RECORD).write_bytes(record_text(files, record.pipeline))
    (clone / CI).write_bytes(before + b"# ours\n")
    assert "around your edits" in await write_into(clone, errand())
    assert (clone / CI).read_bytes() == now + b"# ours\n"


async def test_windows_line_ends_are_no_edit_that_is_lost(clone: Path) -> None:
    await write_into(clone, errand())
    (clone / CI).write_bytes((clone / CI).read_bytes().replace(b"\n", b"\r\n"))
    before = (clone / CI).read_bytes()
    await write_into(clone, errand())
    assert (clone / CI).read_bytes() == before


@pytest.mark.parametrize("above", [".github", ".github/workflows"])
async def test_nothing_is_written_through_a_symbolic_link(
    clone: Path, tmp_path_factory: pytest.TempPathFactory, above: str
) -> None:
    """A folder that leads elsewhere is told, and nothing comes there."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (clone / above).parent.mkdir(exist_ok=True)
    (clone / above).symlink_to(elsewhere)
    with pytest.raises(UnusableSourceError, match="Move it away"):
        await write_into(clone, errand())
    assert list(elsewhere.iterdir()) == []


async def test_a_link_in_the_place_of_a_file_is_a_persons_own(
    clone: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is left alone; replaced, it becomes a file, and what it led to stays as it was."""
    target = tmp_path_factory.mktemp("elsewhere") / "file"
    target.write_text("mine")
    (clone / CI).parent.mkdir(parents=True)
    (clone / CI).symlink_to(target)
    await write_into(clone, errand())
    assert (clone / CI).is_symlink()
    await write_into(clone, errand(files={CI: Wish.REPLACE}))
    assert not (clone / CI).is_symlink()
    assert target.read_text() == "mine"


async def test_which_repository_it_is_is_told_by_the_clone(clone: Path) -> None:
    git(clone, "remote", "add", "origin", "git@github.com:acme/breakwater.git")
    said = await write_into(clone, errand(full_name=""))
    assert said.startswith("acme/breakwater:\n")


async def test_a_folder_that_does_not_tell_has_to_be_named(clone: Path) -> None:
    with pytest.raises(UnusableSourceError, match="Say --repo OWNER/NAME"):
        await write_into(clone, errand(full_name=""))


async def test_a_folder_within_a_repository_is_refused(clone: Path) -> None:
    """GitHub reads workflows at the root alone."""
    with pytest.raises(UnusableSourceError, match=f"Say --out {clone}"):
        await write_into(clone / "store", errand())


async def test_what_git_ignores_is_not_looked_at(clone: Path) -> None:
    lay(clone, {".gitignore": b"/scratch\n", "scratch/Cargo.toml": b"[package\n"})
    await write_into(clone, errand())
    assert "scratch" not in (clone / POLICY).read_text()


def test_programs_can_be_run(tmp_path: Path) -> None:
    change = Change(
        path="a/b.sh",
        fate=Fate.NEW,
        before=None,
        after=b"#!/bin/sh\n",
        offered=None,
        written=None,
        is_program=True,
    )
    write(Folder(tmp_path), [change])
    assert os.access(tmp_path / "a/b.sh", os.X_OK)
    gone = Change(path="a/b.sh", fate=Fate.REMOVED, before=b"", after=None, offered=None, written=None)
    write(Folder(tmp_path), [gone])
    assert not (tmp_path / "a/b.sh").exists()


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").mkdir()
    change = Change(path="a/b", fate=Fate.NEW, before=None, after=b"x", offered=None, written=None)
    with pytest.raises(UnusableSourceError, match="cannot be written"):
        write(Folder(tmp_path), [change])


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"empty"}))
async def test_every_layout_gets_its_pipeline(tmp_path: Path, name: str) -> None:
    """Real-world layouts: the policy is valid, every file is known to the record, and a second run is silent."""
    write_layout(name, tmp_path)
    mine = every_file(tmp_path)
    await write_into(tmp_path, errand())
    policy = configuration_from_yaml((tmp_path / POLICY).read_bytes())
    assert isinstance(policy, RepositoryConfig)
    assert policy.pipeline is not None
    record = record_from((tmp_path / RECORD).read_bytes())
    brought = every_file(tmp_path).keys() - mine.keys() - {POLICY, RECORD}
    assert brought == record.files.keys() - mine.keys()
    assert all((tmp_path / path).read_bytes() == content for path, content in mine.items() if path != POLICY)
    assert "Nothing is to be changed." in await write_into(tmp_path, errand())
