"""Runs programs beside a work tree, and puts together what they say in parts."""

from __future__ import annotations

import asyncio
import base64
import binascii
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.supervision.hosts.model import Result
from bot.supervision.programs.ordering import NAME, program, script

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Order, Unknown
    from bot.supervision.work.model import WorkTree

READING, WRITING = timedelta(seconds=30), timedelta(seconds=60)
_REMOTE = frozenset({"outgoing", "push"})  # what asks the remote
_PART = 18_000  # characters, as the programs have it
_MOST_PARTS = 64
_AT_A_TIME = 4
_MOST_BYTES = 16 * 1024 * 1024  # once unpacked


def beside(tree: WorkTree, name: str, *arguments: str, timeout: timedelta = READING) -> Order:
    """This function will make the order to run one of the scripts beside the work tree and its configuration."""
    reach = "remote" if name in _REMOTE else "local"
    inner = (tree.folder, tree.repository.default_branch, reach, "sh", "-c", script(name), NAME, *arguments)
    return program("apart", *inner, folder=tree.folder, timeout=timeout)


async def whole(
    tree: WorkTree, name: str, *arguments: str, first: Result | Unknown | None = None
) -> bytes | None:
    """This function will return all that a program has to say, unpacked; None where it cannot be read whole.

    Args:
        tree: beside which it is run.
        name: of the script; its last argument is the first byte of the part that it is to tell.
        arguments: all others.
        first: its first answer, where that was read already.
    """
    answer = first if first is not None else await tree.host.run(beside(tree, name, *arguments, "1"))
    read = _part(answer)
    if read is None:
        return None
    length, packed = read
    starts = range(_PART + 1, length + 1, _PART)
    if len(starts) >= _MOST_PARTS:
        return None
    parts = [packed]
    for begin in range(0, len(starts), _AT_A_TIME):
        some = [beside(tree, name, *arguments, str(start)) for start in starts[begin : begin + _AT_A_TIME]]
        read_parts = [_part(one) for one in await asyncio.gather(*map(tree.host.run, some))]
        parts += [one[1] for one in read_parts if one is not None]
    together = "".join(parts)
    return await asyncio.to_thread(_unpacked, together) if len(together) == length else None


def _part(answer: Result | Unknown) -> tuple[int, str] | None:
    """How long all of it is, and the part: the last two lines."""
    if not isinstance(answer, Result) or answer.code != 0:
        return None
    *_, length, packed = ["", *answer.out.split("\n")]
    return (int(length), packed.strip()) if length.strip().isdecimal() else None


def _unpacked(packed: str) -> bytes | None:
    """What it is, unless it is larger than anyone would look through."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip's own frame
    try:
        raw = unpacking.decompress(base64.b64decode(packed, validate=True), _MOST_BYTES)
    except (binascii.Error, zlib.error):
        return None
    return raw if unpacking.eof else None
