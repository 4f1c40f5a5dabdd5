"""The processes of this machine, as tests look at them."""

from __future__ import annotations

import functools
import os
import subprocess
import time
from pathlib import Path


def is_alive(process: int) -> bool:
    """This function will say whether a process runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def number_in(command: str, folder: Path) -> list[int]:
    """This function will wait for the processes of a command that run in a folder, and give their numbers."""
    for _ in range(3000):
        if found := running(command, folder):
            time.sleep(0.1)
            return running(command, folder) or found
        time.sleep(0.02)
    raise AssertionError(command)


def running(command: str, folder: Path) -> list[int]:
    """This function will give the numbers of the processes of a command that run in a folder now."""
    return [one for one in _numbers() if _runs(one, command, folder)]


@functools.cache
def can_confine() -> bool:
    """This function will say whether this machine gives a process a space of its own."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    call = ["unshare", *own, "--pid", "--fork", "--kill-child", "true"]
    return subprocess.run(call, check=False, capture_output=True).returncode == 0


def _numbers() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]


def _runs(process: int, command: str, folder: Path) -> bool:
    try:
        told = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        return told == command and Path(f"/proc/{process}/cwd").readlink() == folder
    except OSError:
        return False
