"""The document by which Systems Manager runs our programs, and nothing else: as it is created, and how it is filled."""

from __future__ import annotations

import base64
import gzip
import json
import shlex
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.supervision.programs.ordering import script

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Order

DOCUMENT = "pilothouse-run"
_REVISION = "1"  # as the document allows it
_NOBODY = "-"
_SCRIPT = "AS_OWNER"  # the line in whose place the script stands
# What the agent takes for something else is told by these: https://github.com/aws/amazon-ssm-agent/issues/289
_TOLD_AS = {252: 137, 253: 194}


def document_text() -> str:
    """This function will return the document as JSON, to be created in each account whose instances are reached."""
    text = files("bot").joinpath("templates", "ssm", f"{DOCUMENT}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    inputs = document["mainSteps"][0]["inputs"]
    begin = inputs["runCommand"].index(_SCRIPT)
    inputs["runCommand"][begin : begin + 1] = script("as_owner").splitlines()[1:]
    return json.dumps(document, indent=2)


def parameters_of(order: Order, user: str | None) -> dict[str, list[str]]:
    """This function will fill the document's parameters with an order."""
    return {
        "revision": [_REVISION],
        "program": [_encoded(gzip.compress(f"exec {shlex.join(order.argv)}".encode(), mtime=0))],
        "folder": [_encoded(order.folder.encode())],
        "user": [user or _NOBODY],
        "directory": [_encoded(order.cwd.encode())],
        "executionTimeout": [str(max(1, int(order.timeout.total_seconds())))],
    }


def code_of(told: int) -> int:
    """This function will return the program's own exit code."""
    return _TOLD_AS.get(told, told)


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
