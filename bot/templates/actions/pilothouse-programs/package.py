"""Sees that each program was built for the right machine, and packs them so that the same ones give the same bytes."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

MACHINES = {
    "linux-x64": 62,
    "linux-arm64": 183,
}  # of ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
ELF = b"\x7fELF"
BASE = frozenset({"libc6", "libgcc-s1", "libstdc++6"})  # every image has them
BESIDE = ("LICENSE*", "COPYING*", "README.md")
NEEDED = re.compile(r"\(NEEDED\)\s+Shared library: \[([^\]]+)\]")


def failed(text: str) -> SystemExit:
    """This function will end the job with a sentence that stands on the page of the run."""
    return SystemExit(f"::error::{text}")


def check(program: Path, target: str) -> None:
    """This function will see that a program is there and is one of that target; a script is one of any."""
    if not program.is_file() or program.stat().st_size == 0:
        raise failed(f"{program.name} was not built for {target}")
    head = program.read_bytes()[:20]
    if head.startswith(b"#!"):
        return
    machine = int.from_bytes(head[18:20], "little") if head.startswith(ELF) else 0
    if machine != MACHINES[target]:
        raise failed(
            f"{program.name} is no program of {target}: its machine is {machine}, not {MACHINES[target]}"
        )


def packages_of(program: Path) -> set[str]:
    """This function will find the Debian packages whose libraries a program needs beside the usual ones."""
    listed = subprocess.run(["readelf", "--dynamic", program], check=False, capture_output=True, text=True)
    found: set[str] = set()
    for library in NEEDED.findall(listed.stdout):
        owner = subprocess.run(["dpkg", "-S", f"*/{library}"], check=False, capture_output=True, text=True)
        found |= {
            line.partition(":")[0] for line in owner.stdout.splitlines() if not line.startswith("diversion")
        }
    return {name for name in found if name not in BASE and "-cross" not in name and not name.endswith("-dev")}


def entry(name: str, size: int, mode: int, moment: int) -> tarfile.TarInfo:
    """This function will describe a file of the archive by what the commit says of it, and nothing of this machine."""
    made = tarfile.TarInfo(name)
    made.size, made.mode, made.mtime = size, mode, moment
    return made


def pack(archive: Path, files: dict[str, tuple[bytes, int]], moment: int) -> None:
    """This function will write an archive whose bytes follow from its files and the time of the commit.

    https://reproducible-builds.org/docs/archives/
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name in sorted(files):
            content, mode = files[name]
            tar.addfile(entry(name, len(content), mode, moment), io.BytesIO(content))
    with archive.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=moment) as zipped:
        zipped.write(packed.getvalue())


def main() -> None:
    """This function will check and pack what was built."""
    told = os.environ
    target, out, archives = told["TARGET"], Path(told["OUT"]), Path(told["ARCHIVES"])
    programs = [out / name for name in told["PROGRAMS"].split()]
    for program in programs:
        check(program, target)
    version = re.sub(r"^v(?=[0-9])", "", told["VERSION"])
    name = f"{told['NAME']}-{version}-{target}"
    files = {f"{name}/{program.name}": (program.read_bytes(), 0o755) for program in programs}
    beside = [file for pattern in BESIDE for file in Path().glob(pattern) if file.is_file()]
    files |= {f"{name}/{file.name}": (file.read_bytes(), 0o644) for file in beside}
    archives.mkdir(parents=True, exist_ok=True)
    pack(archives / f"{name}.tar.gz", files, int(told["SOURCE_DATE_EPOCH"]))
    packages = sorted({package for program in programs for package in packages_of(program)})
    (archives / f"{target}.packages").write_text("".join(f"{package}\n" for package in packages))
    print(f"{name}.tar.gz; it needs {', '.join(packages) or 'nothing beside the C library'}")


if __name__ == "__main__":
    main()
