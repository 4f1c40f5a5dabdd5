"""A machine of the pack's cluster: its first-start script and its keeper run for real, in a folder in place of `/`.

What would change this machine (users, disks, services) is played by programs on PATH that write down how they were
called; what EC2 tells a machine of itself, and the health of its program, by a small server.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a-token"
INSTANCE = "i-0123456789abcdef0"
ROLE = "pilothouse-test-us-east-1"
# A program of which nothing is said, but that it is judged at once.
PLAIN: dict[str, Any] = {
    "arguments": [],
    "environment": {},
    "user": "cluster",
    "capabilities": [],
    "health": "",
    "settle": 0,
    "drain": "",
}
# By program on PATH, what it does beside writing its call down; $1 is its first argument.
_PLAYED = {
    "blkid": 'grep -qsxF "$1" "$SHIMS/formatted"',
    "mkfs.ext4": 'printf "%s\\n" "${!#}" >>"$SHIMS/formatted"',
    "chown": "",
    "id": "exit 1",  # nobody is there yet
    "mount": "",
    "useradd": "",
    # Only root may give a folder to somebody.
    "install": 'set -- "${@/cluster/}"; args=(); for one; do [ "$one" = -o ] || [ -z "$one" ] || args+=("$one"); done\n'
    'PATH=${PATH#*:} exec install "${args[@]}"',
    "systemctl": '[ "$1" != is-active ] || [ ! -e "$SHIMS/inactive" ]',
}


class _Metadata(BaseHTTPRequestHandler):
    """Answers as 169.254.169.254 does, only to who has asked for a token."""

    server: Metadata

    def do_PUT(self) -> None:
        self._answer(200 if self.path == "/latest/api/token" else 404, TOKEN)

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200 if self.server.is_well else 503, "")
        elif self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            self._answer(401, "")
        else:
            text = self.server.told.get(self.path.removeprefix("/latest/meta-data/"))
            self._answer(404 if text is None else 200, text or "")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
        pass

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


class Metadata(ThreadingHTTPServer):
    """What EC2 tells the machine; and whether its program is well."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Metadata)
        self.is_well = True
        credentials = {"AccessKeyId": "AKIA", "SecretAccessKey": "secret", "Token": "session"}
        self.told: dict[str, str] = {
            "instance-id": INSTANCE,
            "iam/security-credentials/": ROLE,
            f"iam/security-credentials/{ROLE}": json.dumps(credentials),
        }

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def first_start(user_data: str) -> str:
    """This function will unpack the first-start script, as cloud-init does."""
    return gzip.decompress(base64.b64decode(user_data)).decode()


@dataclass
class Machine:
    """The machine, with its root in a folder."""

    folder: Path
    metadata: Metadata
    s3: Any  # boto3 has no types for it here
    bucket: str
    environment: str = "test"

    def __post_init__(self) -> None:
        """This function will lay the played programs on PATH."""
        self.shims.mkdir(parents=True)
        for name, body in _PLAYED.items():
            program = self.shims / name
            program.write_text(f'#!/bin/bash\nprintf "%s\\n" "{name} $*" >>"$SHIMS/calls"\n{body}\n')
            program.chmod(0o755)

    @property
    def root(self) -> Path:
        """In place of `/`."""
        return self.folder / "root"

    @property
    def shims(self) -> Path:
        """Where the played programs lie, with what they wrote down."""
        return self.folder / "shims"

    @property
    def calls(self) -> list[str]:
        """How the played programs were called."""
        written = self.shims / "calls"
        return written.read_text().splitlines() if written.exists() else []

    def start(self, script: str, **settings: object) -> None:
        """This function will run the first-start script, its settings changed as a test needs them."""
        said = re.search(r"^readonly settings='(.*)'$", script, re.MULTILINE)
        assert said is not None
        told = json.loads(base64.b64decode(said[1])) | {
            "metadata": self.metadata.address,
            "endpoint": self.s3.meta.endpoint_url,
            "bucket": self.bucket,
            **settings,
        }
        script = script.replace(said[1], base64.b64encode(json.dumps(told).encode()).decode())
        done = self._run(["bash", "-c", script])
        assert done.returncode == 0, done.stderr

    def keep(self, what: str = "converge") -> None:
        """This function will let the keeper do what its timer asks."""
        done = self._run([sys.executable, "-B", str(self.root / "opt/pilothouse/keeper.py"), what])
        assert done.returncode == 0, done.stderr

    def push(self, sha: str, **programs: bytes) -> str:
        """This function will push programs as deploy-binaries does, and return the digest."""
        lines = [f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in programs.items()]
        sums = "".join(lines).encode()
        digest = hashlib.sha256(sums).hexdigest()
        for name, text in (*programs.items(), ("SHA256SUMS", sums)):
            self.s3.put_object(Bucket=self.bucket, Key=f"builds/{sha}/{digest}/{name}", Body=text)
        return f"sha256:{digest}"

    def release(self, told: object) -> None:
        """This function will write release.json."""
        key = f"environments/{self.environment}/release.json"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(told).encode())

    def told(self) -> dict[str, Any]:
        """This function will read what the machine said last."""
        key = f"environments/{self.environment}/nodes/{INSTANCE}.json"
        told: dict[str, Any] = json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        return told

    def _run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            env={
                "PATH": f"{self.shims}:{os.environ['PATH']}",
                "PILOTHOUSE_ROOT": str(self.root),
                "SHIMS": str(self.shims),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
