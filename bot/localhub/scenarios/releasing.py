"""What the release workflow of the demo builds and uploads to the release of its tag, and how that goes wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.localhub.state.releases import assets

if TYPE_CHECKING:
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Commit, Repository
    from bot.localhub.state.releases.nouns import Release
    from bot.localhub.state.store import Store

SUMS = "SHA256SUMS"
ARCHITECTURES = ("x64", "arm64")


class Trouble(StrEnum):
    """What goes wrong with the next release."""

    NOTHING = "nothing"
    MISSING = "missing"  # the last architecture's file is never uploaded
    BROKEN_OFF = "broken-off"  # its upload breaks off
    WRONG_SUM = "wrong-sum"  # the checksums file is of another build
    NO_SUMS = "no-sums"  # there is none
    RED = "red"  # a build fails


def file_name(repository: Repository, version: str, architecture: str) -> str:
    """This function will name the file of an architecture."""
    return f"{repository.name}-{version}-linux-{architecture}.tar.gz"


def built(repository: Repository, version: str, architecture: str, commit: Commit) -> bytes:
    """This function will build the file of an architecture: the same bytes for the same commit."""
    text = f"#!/bin/sh\necho {repository.name} {version} linux-{architecture} {commit.sha}\n".encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as opened:
        member = tarfile.TarInfo(repository.name)
        member.size, member.mode, member.mtime = len(text), 0o755, int(commit.at.timestamp())
        opened.addfile(member, io.BytesIO(text))
    return gzip.compress(archive.getvalue(), mtime=0)


def sums(files: dict[str, bytes]) -> bytes:
    """This function will write the checksums of files as sha256sum does."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def files_of(repository: Repository, version: str, commit: Commit) -> dict[str, bytes]:
    """This function will build all files of a version, the checksums last."""
    files = {
        file_name(repository, version, one): built(repository, version, one, commit) for one in ARCHITECTURES
    }
    return files | {SUMS: sums(files)}


def release_of(run: WorkflowRun) -> Release | None:
    """This function will find the release of the tag that a run was started for, the newest draft first."""
    tag = tag_of(run)
    found = [one for one in run.repository.releases.values() if one.tag == tag]
    return max(found, key=lambda one: (one.draft, one.id), default=None)


def tag_of(run: WorkflowRun) -> str:
    """This function will give the tag that a run builds: its ref, or the input of that name."""
    return run.inputs.get("tag") or run.head_branch or ""


def upload_file(store: Store, run: WorkflowRun, architecture: str, trouble: Trouble) -> bool:
    """This function will upload the file of an architecture in place of an earlier one; False: there is no release."""
    release = release_of(run)
    if release is None:
        return False
    version, spoilt = _version(run), architecture == ARCHITECTURES[-1]
    content = built(run.repository, version, architecture, store.commits[run.head_sha])
    new = assets.NewAsset(
        name=file_name(run.repository, version, architecture),
        content=content,
        content_type="application/gzip",
        uploader=store.actions_app.bot,
    )
    if spoilt and trouble is Trouble.MISSING:
        return True
    _make_room(release, new.name)
    if spoilt and trouble is Trouble.BROKEN_OFF:
        assets.break_off(store, release, new)
    else:
        assets.upload(store, release, new)
    return True


def upload_sums(store: Store, run: WorkflowRun, trouble: Trouble) -> bool:
    """This function will upload the checksums of what was built; False where there is no release."""
    release = release_of(run)
    if release is None:
        return False
    version, commit = _version(run), store.commits[run.head_sha]
    files = files_of(run.repository, version, commit)
    written = files.pop(SUMS)
    if trouble is Trouble.WRONG_SUM:
        written = sums({name: content + b"another build" for name, content in files.items()})
    _make_room(release, SUMS)
    if trouble is not Trouble.NO_SUMS:
        new = assets.NewAsset(
            name=SUMS, content=written, content_type="text/plain", uploader=store.actions_app.bot
        )
        assets.upload(store, release, new)
    return True


def _version(run: WorkflowRun) -> str:
    return tag_of(run).removeprefix("v")


def _make_room(release: Release, name: str) -> None:
    """`gh release upload --clobber` deletes what has the name, whole or not."""
    known = assets.named(release, name)
    if known is not None:
        del release.assets[known.id]
