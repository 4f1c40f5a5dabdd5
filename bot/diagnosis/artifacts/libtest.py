"""Reads the JSON lines of Rust's test harness and of nextest's `libtest-json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.diagnosis.artifacts.jsonlines import lines
from bot.diagnosis.artifacts.model import Case, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# https://doc.rust-lang.org/rustc/tests/index.html#--format-format
_OUTCOMES = {
    "ok": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "timeout": Outcome.ERROR,
    "ignored": Outcome.SKIPPED,
}


class _Event(Struct):
    type: str = ""
    event: str = ""
    name: str = ""
    exec_time: float | None = None
    stdout: str = ""
    message: str = ""
    reason: str = ""


_DECODER = msgspec.json.Decoder(_Event)


def read_libtest(chunks: Iterable[bytes]) -> Iterator[Case]:
    """This function will yield the tests of a stream of libtest's events; lines that are none are passed over."""
    for line in lines(chunks):
        if not line.lstrip().startswith(b"{"):
            continue  # what the tests printed themselves
        try:
            event = _DECODER.decode(line)
        except (msgspec.DecodeError, RecursionError):
            continue
        if event.type == "test" and event.event in _OUTCOMES:
            yield _case(event)


def _case(event: _Event) -> Case:
    outcome = _OUTCOMES[event.event]
    binary, _, test = event.name.rpartition("$")  # nextest: crate::binary$module::test
    test, _, attempt = test.partition("#")  # and #2 for the second try
    return Case(
        name=test,
        outcome=outcome,
        suite=binary or "cargo test",
        seconds=event.exec_time,
        message=(event.message or event.reason) if outcome.is_red else "",
        text=event.stdout if outcome.is_red else "",
        maker="nextest" if binary else "libtest",
        retried=outcome is Outcome.PASSED and attempt.isdigit(),
    )
