"""Probot as the peer: a process of node that does the same job, where `scripts/setup_probot.sh` could install it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[2]
_INSTALLED = _ROOT / ".venv/probot"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """As which App, and against which GitHub, Probot serves."""

    api: str
    secret: str
    app_id: int = 1
    private_key: str = ""  # PEM; one of its own where none is given


def probot_is_there() -> bool:
    """This function will say whether Probot can be measured here; where CI demands it, its absence is an error."""
    is_there = shutil.which("node") is not None and (_INSTALLED / "node_modules/probot").is_dir()
    if not is_there and os.environ.get("CI") == "true":
        raise RuntimeError("Probot is not installed: sh scripts/setup_probot.sh")
    return is_there


@contextmanager
def probot(app: App, folder: Path, *, mode: str) -> Iterator[tuple[int, psutil.Process]]:
    """This function will run Probot and give its port; mode is `handled` (a reaction) or `command` (all of /ping)."""
    key = folder / "key.pem"
    key.write_text(app.private_key or _new_key(), encoding="utf-8")
    program = _INSTALLED / "peer.mjs"  # beside its packages: there node looks for them
    shutil.copyfile(_ROOT / "scripts/probot/peer.mjs", program)
    port = _free_port()
    running = subprocess.Popen(
        ["node", str(program), mode],
        stdout=subprocess.PIPE,
        env={
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "APP_ID": str(app.app_id),
            "PRIVATE_KEY_FILE": str(key),
            "WEBHOOK_SECRET": app.secret,
            "API": app.api,
            "PORT": str(port),
        },
    )
    try:
        assert running.stdout is not None
        if running.stdout.readline() != b"listening\n":
            raise RuntimeError("Probot did not start")
        yield port, psutil.Process(running.pid)
    finally:
        running.kill()
        running.communicate()


@contextmanager
def answering_github() -> Iterator[str]:
    """This function will run the least of GitHub's API in a process of its own and give its address."""
    running = subprocess.Popen([sys.executable, "-m", "tests.bench.least_github"], stdout=subprocess.PIPE)
    try:
        assert running.stdout is not None
        yield f"http://127.0.0.1:{int(running.stdout.readline())}"
    finally:
        running.kill()
        running.communicate()


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
