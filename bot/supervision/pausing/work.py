"""Pushes an agent's commits to its own branch, once they were looked through for secrets."""

from __future__ import annotations

import asyncio
import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.redaction import holds_secret
from bot.supervision.hosts.model import Result
from bot.supervision.pausing.rules import Kept, Outgoing, read_outgoing, read_push
from bot.supervision.programs.ordering import program

if TYPE_CHECKING:
    from bot.github.models import RepositoryRef
    from bot.supervision.hosts.model import Host

_READING, _PUSHING = timedelta(seconds=30), timedelta(seconds=60)
_PART = 18_000  # as changes.sh has it
_MOST_PARTS = 12
_MOST_BYTES = 32 * 1024 * 1024  # of changes once unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """An agent's git work tree on its host."""

    host: Host
    folder: str
    repository: RepositoryRef


async def push_work(tree: WorkTree) -> str:
    """This function will push the commits that the remote lacks and say what came of it, in safe Markdown.

    It pushes to the work tree's own branch and never to the default branch, without hooks and without force; commits
    in which a secret stands, or that are too large to be looked through, stay where they are.
    """
    folder = tree.folder
    asking = program("outgoing", folder, tree.repository.default_branch, folder=folder, timeout=_READING)
    outgoing = read_outgoing(await tree.host.run(asking), full_name=tree.repository.full_name)
    if isinstance(outgoing, Kept):
        return outgoing.text
    changes = await _changes(tree, outgoing)
    if changes is None:
        return f"{outgoing.count} commits could not be looked through for secrets, so nothing was pushed."
    if await asyncio.to_thread(holds_secret, changes):
        return "A secret stands in its commits, so nothing was pushed."
    pushing = program(
        "push", folder, outgoing.remote, outgoing.head, outgoing.branch, folder=folder, timeout=_PUSHING
    )
    return read_push(await tree.host.run(pushing), outgoing)


async def _changes(tree: WorkTree, outgoing: Outgoing) -> str | None:
    """All that the commits change and say; None where it cannot be read whole."""
    packed = ""
    for _ in range(_MOST_PARTS):
        arguments = (tree.folder, outgoing.head, outgoing.remote, outgoing.known, str(len(packed) + 1))
        answer = await tree.host.run(program("changes", *arguments, folder=tree.folder, timeout=_READING))
        if not isinstance(answer, Result) or answer.code != 0:
            return None
        packed += answer.out
        if len(answer.out) < _PART:
            return await asyncio.to_thread(_unpacked, packed)
    return None


def _unpacked(packed: str) -> str | None:
    """The text, unless it is larger than anyone would look through."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip's own frame
    try:
        text = unpacking.decompress(base64.b64decode(packed, validate=True), _MOST_BYTES)
    except (binascii.Error, zlib.error):
        return None
    return text.decode(errors="replace") if unpacking.eof else None
