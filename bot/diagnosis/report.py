"""Diagnoses log files and states the result as text or as one prediction a line."""

from __future__ import annotations

import zlib
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.diagnosis.choice.explain import explain
from bot.diagnosis.model import Cause
from bot.diagnosis.reader import LogReader, examine, load_parsers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from bot.diagnosis.model import Diagnosis, Failure

CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's word for "gzip's header and trailer"

# The classes of the labelled logs are fewer than ours.
CLASSES = {
    Cause.TEST: "test_failure",
    Cause.COMPILE: "compile_error",
    Cause.LINT: "lint_format",
    Cause.FORMAT: "lint_format",
    Cause.DOCS: "lint_format",
    Cause.DEPENDENCY: "dependency",
    Cause.INFRASTRUCTURE: "infra",
    Cause.CONFIGURATION: "other",
    Cause.CANCELLED: "infra",
    Cause.UNKNOWN: "other",
}


def log_id(name: str) -> str:
    """This function will return the name of a log: its file's name without `.log` and `.gz`."""
    return Path(name).name.removesuffix(".gz").removesuffix(".log")


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """This function will read a log in chunks, inflating it where it begins as gzip does.

    Raises:
        zlib.error: after what could be read, where the gzip file is damaged or cut off.
    """
    head = stream.read(CHUNK)
    raw = chain((head,), iter(lambda: stream.read(CHUNK), b""))
    yield from _inflated(raw) if head.startswith(_GZIP) else raw


def _inflated(raw: Iterable[bytes]) -> Iterator[bytes]:
    inflate, is_inside = zlib.decompressobj(_GZIP_WINDOW), False
    for chunk in raw:
        rest = chunk
        while rest:
            yield inflate.decompress(rest, CHUNK)
            is_inside = not inflate.eof
            if inflate.eof:  # gzip files may be laid end to end
                rest = inflate.unused_data
                inflate = zlib.decompressobj(_GZIP_WINDOW)
            else:
                rest = inflate.unconsumed_tail
    if is_inside:
        raise zlib.error("the file ends in the middle")


def diagnose_stream(stream: BinaryIO, *, whole: bool = False) -> Diagnosis:
    """This function will diagnose a log from an open binary stream, gzip or plain, as far as it can be read."""
    reader, damage = LogReader(whole=whole), Damage()
    for chunk in damage.readable(stream):
        reader.feed(chunk)
    diagnosis = reader.finish()
    return replace(diagnosis, problem=damage.problem) if damage.problem else diagnosis


def explain_stream(name: str, stream: BinaryIO) -> str:
    """This function will explain how the diagnosis of a log comes about, as far as the log can be read."""
    damage = Damage()
    explanation = explain(name, *examine(damage.readable(stream), load_parsers()))
    return f"{explanation}\n\nnote: {damage.problem}" if damage.problem else explanation


class Damage:
    """Reads a log as far as it can be read, and keeps what hindered it."""

    def __init__(self) -> None:
        self.problem = ""

    def readable(self, stream: BinaryIO) -> Iterator[bytes]:
        """This function will yield the chunks of a log up to where its file is damaged."""
        try:
            yield from chunks(stream)
        except zlib.error as error:
            self.problem = f"the gzip file is damaged or cut off ({error}); what could be read of it was read"


def prediction(name: str, diagnosis: Diagnosis) -> dict[str, Any]:
    """This function will state a diagnosis in the format of the labelled logs."""
    failures = diagnosis.failures
    return {
        "id": name,
        "lines": _unique_lines(failures),
        "tests": list(dict.fromkeys(test for failure in failures for test in failure.tests)),
        "locations": list(
            dict.fromkeys(f"{place.path}:{place.line}" for failure in failures for place in failure.locations)
        ),
        "cause": CLASSES[failures[0].cause] if failures else "other",
        "step": diagnosis.step,
    }


def _unique_lines(failures: tuple[Failure, ...]) -> list[str]:
    return [text for failure in failures for text in failure.excerpt if text.strip()]


def summary(name: str, diagnosis: Diagnosis) -> str:
    """This function will state a diagnosis as plain text for a terminal."""
    parts = [f"{name}: {len(diagnosis.failures)} failure(s), {diagnosis.lines_read} lines read"]
    if diagnosis.step:
        parts.append(f"  step: {diagnosis.step}")
    if diagnosis.problem:
        parts.append(f"  note: {diagnosis.problem}")
    for failure in diagnosis.failures:
        parts.append(
            f"\n  {failure.cause.value} ({failure.tool}), log line {failure.line}: {failure.message}"
        )
        parts += [f"    test: {test}" for test in failure.tests]
        parts += [f"    at: {place.path}:{place.line}" for place in failure.locations]
        parts += [f"    | {text}" for text in failure.excerpt]
    return "\n".join(parts)
