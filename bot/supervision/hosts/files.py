"""Reads and writes files on a host, in parts where one answer or one order cannot hold them."""

from __future__ import annotations

import asyncio
import base64
import binascii
import gzip
import zlib
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.programs.ordering import program

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Host, Order

_PART = 18_000  # characters of one answer
_ARGUMENT = 36_000  # characters of one order
_AT_A_TIME = 4
_TIME = timedelta(seconds=30)


async def read_file(host: Host, path: str, most: int) -> bytes | Unknown | None:
    """This function will return a file's first bytes, at most so many; None where there is no such regular file."""
    first = await _part(host, path, most, 0)
    if isinstance(first, Unknown):
        return first
    word, _, packed = first.out.partition("\n")
    if word == "missing":
        return None
    if not word.isdecimal():
        return Unknown(why=_failed(first))
    parts = [packed]
    starts = range(_PART, int(word), _PART)
    for begin in range(0, len(starts), _AT_A_TIME):
        told = await asyncio.gather(
            *(_part(host, path, most, start) for start in starts[begin : begin + _AT_A_TIME])
        )
        for one in told:
            if isinstance(one, Unknown):
                return one
            parts.append(one.out.partition("\n")[2])
    return await asyncio.to_thread(_unpacked, "".join(parts), most)


async def write_file(host: Host, path: str, content: bytes, mode: int) -> str | None:
    """This function will write a file, all at once for who reads it, and return what kept it from being written."""
    packed = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    for begin in range(0, len(packed), _ARGUMENT):
        part, is_last = packed[begin : begin + _ARGUMENT], begin + _ARGUMENT >= len(packed)
        arguments = (path, f"{mode:o}", str(begin), part, "yes" if is_last else "no")
        answer = await host.run(_order("file-write", path, *arguments))
        if isinstance(answer, Unknown):
            return answer.why
        word, *told = answer.out.splitlines() or [""]
        if word == "unwritable":
            return f"{path} cannot be written: {' '.join(told)}"
        if answer.code != 0 or word != ("written" if is_last else "more"):
            return (
                f"{path} cannot be written: {'another wrote it, too' if word == 'torn' else _failed(answer)}"
            )
    return None


async def _part(host: Host, path: str, most: int, start: int) -> Result | Unknown:
    answer = await host.run(_order("file-read", path, path, str(most), str(start + 1), str(_PART)))
    return Unknown(why=_failed(answer)) if isinstance(answer, Result) and answer.code != 0 else answer


def _order(name: str, path: str, *arguments: str) -> Order:
    return program(name, *arguments, folder=str(PurePosixPath(path).parent), timeout=_TIME)


def _unpacked(packed: str, most: int) -> bytes | Unknown:
    """The content; parts of a file that changed in between do not fit together."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip's own frame
    try:
        content = unpacking.decompress(base64.b64decode(packed, validate=True), most + 1)
    except (binascii.Error, zlib.error):
        return Unknown(why="it changed while it was read")
    return content if unpacking.eof else Unknown(why="it did not arrive whole")


def _failed(answer: Result) -> str:
    told = " ".join(answer.err.split())[:300]
    return f"exit {answer.code}{f': {told}' if told else ''}"
