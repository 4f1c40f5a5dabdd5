"""The release workflow as a whole: from a pushed tag to the files of the draft, as the bot verifies them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

from bot.github.release_models import Asset
from bot.pack.rendering.pack import pack_files
from bot.releases.files.checksums import problems_of_checksums, read_checksums
from bot.releases.files.model import Problem
from bot.releases.judging.triggers import workflow_facts
from bot.releases.provenance.statement import holds_bundles
from tests.localhub.conftest import seed
from tests.support.actions.expressions import require_packages
from tests.support.actions.model import Trigger
from tests.support.hub_client import calling
from tests.support.packs import ABOUT
from tests.support.shipyard import SHIPPING, make_shipyard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.actions.model import RunResult
    from tests.support.aws_cli import Account

pytestmark = pytest.mark.no_cover

ARCHIVES = ("breakwater-1.0.0-linux-arm64.tar.gz", "breakwater-1.0.0-linux-x64.tar.gz")
BUNDLE = "breakwater-1.0.0.sigstore.json"
# Where GitHub is, and by what it knows the run; everything else goes through.
_PYTHON = """\
#!/bin/sh
[ -z "$GITHUB_TOKEN" ] || export GITHUB_API_URL={url} GITHUB_TOKEN={token}
exec {python} -I "$@"
"""
# What only root may do, asked for in these words alone.
_SUDO = """\
#!/bin/sh
echo "$*" >> {log}
case "$1 $2" in
  "dpkg --add-architecture" | "sed -i") ;;
  "tee /etc/apt/sources.list.d/arm64.sources") cat >> {log} ;;
  apt-get\\ *) ;;
  *) echo "sudo: $1: command not found" >&2; exit 1 ;;
esac
"""


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.fixture
async def released(hub: LocalHub, tmp_path: Path, aws: Account) -> tuple[RunResult, dict[str, bytes], str]:
    """The run that the tag v1.0.0 starts while its draft waits, the files of the draft, what root was asked."""
    require_packages()
    seeded = seed(hub, "acme/breakwater")
    token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None).text
    async with calling(hub, token) as call:
        await call("POST", "/repos/acme/breakwater/releases", {"tag_name": "v1.0.0", "draft": True})
    shipyard = make_shipyard(tmp_path, aws)
    compiler = shipyard.yard.workspace.programs[0]
    program(compiler, "python3", _PYTHON.format(url=hub.url, token=token, python=sys.executable))
    program(compiler, "sudo", _SUDO.format(log=tmp_path / "root.log"))
    tag = ["git", "-C", str(shipyard.yard.workspace.repository), "tag", "v1.0.0"]
    await asyncio.to_thread(subprocess.run, tag, check=True)
    pushed = Trigger(event="push", ref="refs/tags/v1.0.0")
    run = await asyncio.to_thread(shipyard.yard.run, "release.yml", pushed)
    files = {
        each.name: each.content
        for release in seeded.repository.releases.values()
        for each in release.assets.values()
    }
    return run, files, (tmp_path / "root.log").read_text()


def unpacked(folder: Path, name: str, content: bytes) -> Mapping[str, bytes]:
    (folder / name).write_bytes(content)
    with tarfile.open(folder / name) as archive:
        found = {each.name: archive.extractfile(each) for each in archive}
        return {path.partition("/")[2]: file.read() for path, file in found.items() if file is not None}


def assets_of(files: Mapping[str, bytes]) -> list[Asset]:
    return [
        Asset(
            id=number,
            name=name,
            size=len(content),
            digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
            state="uploaded",
        )
        for number, (name, content) in enumerate(files.items())
    ]


async def test_a_tag_fills_its_draft(
    released: tuple[RunResult, dict[str, bytes], str], tmp_path: Path
) -> None:
    """Every file is there, for both platforms, with checksums and an attestation that the bot takes for such."""
    run, files, root = released
    told = "\n".join(f"{name}: {job.conclusion}\n{job.log.decode()}" for name, job in run.jobs.items())
    assert run.conclusion == "success", told
    assert set(files) == {*ARCHIVES, BUNDLE, "SHA256SUMS"}
    listed = read_checksums(files["SHA256SUMS"].decode())
    assert not isinstance(listed, Problem)
    assert set(listed) == set(ARCHIVES)
    assert problems_of_checksums(listed, assets_of(files), name="SHA256SUMS") == ()
    assert holds_bundles(BUNDLE)
    subjects = json.loads(files[BUNDLE])["subject"]
    assert {one["name"]: one["digest"] for one in subjects} == {
        name: f"sha256:{digest}" for name, digest in listed.items()
    }
    for name, machine in zip(ARCHIVES, (183, 62), strict=True):
        packed = unpacked(tmp_path, name, files[name])
        assert set(packed) == {"README.md", "breakwater"}
        assert packed["breakwater"][18] == machine
    assert "gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross libfuse3-dev:arm64" in root
    assert "URIs: http://ports.ubuntu.com/ubuntu-ports" in root
    grants = {name: dict(job.permissions) for name, job in run.jobs.items()}
    assert grants["create-release"] == {"contents": "write", "id-token": "write", "attestations": "write"}
    assert grants["build-linux-x64"] == {"contents": "read"}


def test_the_bot_knows_what_starts_it() -> None:
    """A pushed tag does, and a dispatch at the tag where GitHub forgot to."""
    (file,) = (file for file in pack_files(SHIPPING, ABOUT) if file.path.endswith("/release.yml"))
    facts = workflow_facts("release.yml", file.content, tag="v1.0.0-rc.1")
    assert (facts.on_tag, facts.is_dispatchable, facts.problem) == (True, True, "")
    assert not workflow_facts("release.yml", file.content, tag="violet").on_tag
