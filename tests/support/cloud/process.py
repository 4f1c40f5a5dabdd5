"""One process of moto for all tests of a worker: begun when first needed, emptied before each test."""

from __future__ import annotations

import atexit
import functools
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.cloud.moto_main import CLOCK_PATH

if TYPE_CHECKING:
    from datetime import datetime

_PATIENCE_SECONDS = 60
_HOME = Path(__file__).parents[3]


@functools.cache
def address() -> str:
    """This function will start moto, once, and give its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.cloud.moto_main"],
        cwd=_HOME,
        stdin=subprocess.PIPE,  # never written: the process ends with ours, however ours ends
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    assert port, "moto did not start"
    atexit.register(_end, process)
    return f"http://127.0.0.1:{port}"


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def empty() -> None:
    """This function will make moto forget everything."""
    _ask("/moto-api/reset", method="POST")


def tell_time(now: datetime | None) -> None:
    """This function will set the time that moto tells; None for the real one."""
    _ask(f"{CLOCK_PATH}?{now.isoformat() if now else ''}", method="GET")


def _ask(path: str, *, method: str) -> None:
    request = urllib.request.Request(f"{address()}{path}", method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - as above
        answer.read()
