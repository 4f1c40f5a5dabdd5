"""Puts the programs that stand in for others into a folder for PATH."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).parent
PROGRAMS = {
    "apt-get": "apt_get.py",
    "cargo-audit": "audit.py",
    "cargo-nextest": "nextest.py",
    "gh": "gh.py",
    "go": "go.py",
    "rustup": "rustup.py",
    "terraform": "terraform.py",
    "uv": "uv.py",
}
_SUDO = """#!/bin/sh
case "$1" in apt-get) exec "$@" ;; *) echo "sudo: $1 is not known here" >&2; exit 1 ;; esac
"""


def place_programs(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """This function will make a folder of programs, but for some that are to be missing."""
    folder.mkdir(parents=True)
    texts = {
        name: f'#!/bin/sh\nexec {sys.executable} -I {_HERE / file} "$@"\n' for name, file in PROGRAMS.items()
    }
    for name, text in {**texts, "sudo": _SUDO}.items():
        if name not in without:
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
    return folder
