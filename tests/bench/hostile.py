"""Logs that mean harm: each a little text and how often it is repeated to the size of a benchmark."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.parsing import LogParser

_STAMP = b"2026-03-02T09:14:05.1234567Z "
_CHUNK = 1 << 20

# What stands in every line of the log; {n} is left out on purpose, so that a chunk can be made once.
_PIECES = {
    "one line": b"x",
    "one line of errors": b"error: ",
    "colour codes": _STAMP + b"\x1b[31;1m\x1b[0m" * 20 + b"calm\n",
    "colour codes within words": b"\x1b[31me\x1b[32mr\x1b[33mr\x1b[34mo\x1b[35mr\x1b[0m: no wind\n",
    "nested groups": _STAMP + b"##[group]Run make\n",
    "groups that do not end": _STAMP + b"##[group]deeper\n",
    "errors that are none": _STAMP + b"##[error]Process completed with exit code 1.\n" + _STAMP + b"calm\n",
    "exits that are none": b'The command "make" exited with 1.\n',
    "progress without line feeds": b"\r37 %",
    "ends of line": b"\n",
    "carriage returns": b"\r\r\n",
    "no UTF-8": b"\xff\xfe\xc3\x28\xf0\x9f error \xed\xa0\x80\n",
    "NULs": b"\x00" * 99 + b"\n",
    "spaces": b" " * 1_400 + b".\n",
    "digits": b"1" * 1_400 + b".\n",
    "dots": b"a." * 700 + b"\n",
    "brackets": b"(" * 700 + b")" * 700 + b"\n",
    "slashes": b"/a" * 700 + b":1\n",
    "masks": b"::add-mask::error\n",
}


def hostile_logs(parsers: tuple[LogParser, ...]) -> dict[str, bytes]:
    """This function will return the pieces of the hostile logs by name, with near misses of what parsers look for."""
    signs = sorted({sign for parser in parsers for sign in (*parser.signs, *parser.landmarks)})
    every = "".join(f"{sign}\n" for sign in signs).encode()
    long = b"".join(sign.encode() + b" " * 250 + b"1.a/" * 60 + b"\n" for sign in signs)
    return {**_PIECES, "every sign of every parser": every, "every sign before a long line": long}


def chunks_of(piece: bytes, size: int) -> Iterator[bytes]:
    """This function will repeat a piece to a log of about so many bytes, in chunks."""
    block = piece * max(1, _CHUNK // len(piece))
    return chain(repeat(block, max(1, size // len(block))))
