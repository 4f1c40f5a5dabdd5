"""How much longer a log that means harm is read than an ordinary one of the same size."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.diagnosis.reader import LogReader, load_parsers
from tests.bench.figures import Figure
from tests.bench.hostile import chunks_of, hostile_logs
from tests.support.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = 3  # as long may it take
_MEGABYTE = 1_000_000
_CALM = b"2026-03-02T09:14:05.1234567Z    Compiling boat v1.0.0 (/home/runner/work/boat/boat/crates/boat)\n"
_WORD = b"2026-03-02T09:14:05.1234567Z    Compiling thiserror v1.0.0\n"


def measure(*, short: bool) -> list[Figure]:
    """This function will measure hostile logs of 200 MB, or of 4 MB where it shall be short."""
    size = (4 if short else 200) * _MEGABYTE
    pieces = hostile_logs(load_parsers())
    for piece in pieces.values():  # what is compiled once in a process is no log's
        _read(chunks_of(piece, _MEGABYTE))
    ordinary = min(_read(_ordinary(size)) for _ in range(2))
    return [
        Figure(name="an ordinary log", value=ordinary, unit="s"),
        *(
            _figure(name, _read(chunks_of(piece, size)), ordinary, judged=not short)
            for name, piece in pieces.items()
        ),
    ]


def _figure(name: str, took: float, ordinary: float, *, judged: bool) -> Figure:
    return Figure(
        name=name,
        value=took,
        unit="s",
        floor=f"{took / ordinary:.1f} times the ordinary log",
        goal=f"≤ {TIMES} times",
        met=took <= TIMES * ordinary if judged else None,
    )


def _ordinary(size: int) -> Iterator[bytes]:
    """A long quiet build, a harmless word of error now and then, with one failed test program in it."""
    quiet = (_CALM * 150 + _WORD) * 70
    for number in range(max(2, size // len(quiet))):
        if number == 1:
            yield (SAMPLES / "cargo_test" / "rust-test-slab.log").read_bytes()
        yield quiet


def _read(log: Iterator[bytes]) -> float:
    """Seconds of this process that reading takes, making the log included."""
    reader = LogReader()
    begin = time.process_time()
    for chunk in log:
        reader.feed(chunk)
    reader.finish()
    return time.process_time() - begin
