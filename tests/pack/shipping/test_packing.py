"""Programs as they are packed for a release."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from typing import TYPE_CHECKING

from tests.support.shipped import Job

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "pilothouse-programs/package.py"


def elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(11) + machine.to_bytes(2, "little") + bytes(44)


def packing(folder: Path, program: bytes, target: str = "linux-x64") -> Job:
    job = Job(
        folder,
        {
            "NAME": "breakwater",
            "VERSION": "v1.0.0",
            "TARGET": target,
            "PROGRAMS": "breakwaterd",
            "OUT": str(folder / "out"),
            "ARCHIVES": str(folder / "archives"),
            "SOURCE_DATE_EPOCH": "1790000000",
        },
    )
    (folder / "out").mkdir(exist_ok=True)
    (folder / "out" / "breakwaterd").write_bytes(program)
    (folder / "LICENSE").write_text("MIT\n")
    return job


def test_the_same_programs_give_the_same_bytes(tmp_path: Path) -> None:
    """Whoever packs them, when and where: else nobody could build a release again and compare.

    https://reproducible-builds.org/docs/archives/
    """
    digests = set()
    for name, mode in (("one", 0o700), ("two", 0o777)):
        folder = tmp_path / name
        folder.mkdir()
        job = packing(folder, elf(62))
        (folder / "out" / "breakwaterd").chmod(mode)
        assert job.run(PACKAGE).returncode == 0
        archive = folder / "archives" / "breakwater-1.0.0-linux-x64.tar.gz"
        digests.add(hashlib.sha256(archive.read_bytes()).hexdigest())
    assert len(digests) == 1
    assert b"one" not in gzip.decompress(archive.read_bytes())
    with tarfile.open(archive) as packed:
        assert [(each.name, each.mode, each.uid, each.uname) for each in packed] == [
            ("breakwater-1.0.0-linux-x64/LICENSE", 0o644, 0, ""),
            ("breakwater-1.0.0-linux-x64/breakwaterd", 0o755, 0, ""),
        ]


def test_a_program_of_another_machine_is_no_release(tmp_path: Path) -> None:
    """A cross build that fell back to the machine's own compiler would be found out by users only."""
    ended = packing(tmp_path, elf(62), target="linux-arm64").run(PACKAGE)
    assert ended.returncode == 1
    assert "::error::breakwaterd is no program of linux-arm64: its machine is 62, not 183" in ended.stderr


def test_a_script_runs_anywhere(tmp_path: Path) -> None:
    assert packing(tmp_path, b"#!/bin/sh\n", target="linux-arm64").run(PACKAGE).returncode == 0


def test_what_was_not_built_is_said(tmp_path: Path) -> None:
    job = packing(tmp_path, b"")
    ended = job.run(PACKAGE)
    assert ended.returncode == 1
    assert "::error::breakwaterd was not built for linux-x64" in ended.stderr


def test_only_a_version_loses_its_v(tmp_path: Path) -> None:
    for version, name in (("v2.0.0-rc.1", "2.0.0-rc.1"), ("violet", "violet"), ("a" * 40, "a" * 40)):
        assert packing(tmp_path, elf(62)).run(PACKAGE, VERSION=version).returncode == 0
        assert (tmp_path / "archives" / f"breakwater-{name}-linux-x64.tar.gz").exists()
