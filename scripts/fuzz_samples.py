"""Lay out what fuzzing begins with: GitHub's own payloads, comments, configurations, logs and reports of the tests."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.spec import CommandSpec
from bot.plugins import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
_TESTS = ROOT / "tests"
_MOST_BYTES = 32_768  # a larger sample is tried too seldom

_VISITORS = (
    "/repos/octo/harbour?x=1",
    "//evil.example",
    "/\\evil.example",
    "10.0.0.2, 203.0.113.9",
    "::ffff:10.0.0.1, [2001:db8::1]:443",
    "gAAAAABmAAAA",
)
_CONFIGURATIONS = (
    "version: 1\nenvironments:\n  production:\n    approvals: {count: 2, from: [octo/ops]}\n    requires: staging\n",
    "merging:\n  method: squash\n  labels: {block: [wip]}\ncosts:\n  limit: 100\n",
    "a: &a [*a]\nb: !!python/object:os.system x\n",
)


def samples(target: str) -> Iterator[bytes]:
    """This function will give what a target begins with."""
    return _SAMPLES[target]()


def _payloads() -> Iterator[bytes]:
    with gzip.open(_TESTS / "data" / "github" / "webhooks.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (json.dumps(json.loads(line)["payload"]).encode() for line in lines)


def _commands() -> Iterator[bytes]:
    for spec in load("handlers.commands", "COMMAND", CommandSpec):
        yield from (example.encode() for example in spec.grammar.examples)


def _logs() -> Iterator[bytes]:
    for file in sorted((_TESTS / "diagnosis" / "samples").rglob("*.log")):
        yield file.read_bytes()[-_MOST_BYTES:]


def _reports() -> Iterator[bytes]:
    for file in sorted((_TESTS / "diagnosis" / "artifacts" / "samples").rglob("*.xml")):
        yield file.read_bytes()


def _given(*texts: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (text.encode() for text in texts)


_SAMPLES: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "webhook": _payloads,
    "command": _commands,
    "configuration": _given(*_CONFIGURATIONS),
    "log": _logs,
    "report": _reports,
    "token": _given("6774ef00-abcdefghijklmnopqrstuvwxyz"),
    "visitor": _given(*_VISITORS),
}


if __name__ == "__main__":
    from scripts.fuzz_targets import TARGETS

    for name in TARGETS:
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(samples(name)):
            if len(content) <= _MOST_BYTES:
                (folder / f"{number:04}").write_bytes(content)
