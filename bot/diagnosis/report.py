"""Diagnoses log files and states the result as text or as one prediction a line."""

from __future__ import annotations

import zlib
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.diagnosis.model import Cause
from bot.diagnosis.reader import LogReader

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
    reader, damage = LogReader(whole=whole), ""
    try:
        for chunk in chunks(stream):
            reader.feed(chunk)
    except zlib.error as error:
        damage = f"the gzip file is damaged or cut off ({error}); what could be read of it was read"
    diagnosis = reader.finish()
    return replace(diagnosis, problem=damage) if damage else diagnosis


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
