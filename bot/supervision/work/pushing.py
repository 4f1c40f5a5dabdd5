"""Pushes an agent's commits to its own branch, once they were looked through for secrets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.supervision.work.model import Kept, Tended
from bot.supervision.work.parts import WRITING, beside, whole
from bot.supervision.work.reading import counted, read_outgoing, read_push
from bot.supervision.work.rules import leaks
from bot.supervision.work.words import kept_here, pushed, would_push

if TYPE_CHECKING:
    from bot.supervision.work.model import Outgoing, WorkTerms, WorkTree

_MOST_BYTES = 64 * 1024 * 1024  # of all that is new
_MOST_BASES = 100


async def push(tree: WorkTree, terms: WorkTerms) -> Tended:
    """This function will push the commits that the remote lacks, and say what came of it.

    It pushes to the work tree's own branch and never to the default branch, without hooks and without force; commits
    in which a secret stands, or that are too large to be looked through, stay where they are.
    """
    answer = await tree.host.run(beside(tree, "outgoing", tree.repository.full_name))
    outgoing = read_outgoing(answer, branch=terms.branch)
    if isinstance(outgoing, Kept):
        return kept_here(outgoing.text, head=outgoing.head)
    if terms.push is not Conduct.ACT:
        text = would_push(outgoing, terms.push)
        return Tended(text=text, suggested=(text,) if terms.push is Conduct.SUGGEST else ())
    problem = await _problem(tree, outgoing)
    if problem is not None:
        return kept_here(problem)
    arguments = (outgoing.head, outgoing.branch, outgoing.address)
    failed = read_push(await tree.host.run(beside(tree, "push", *arguments, timeout=WRITING)), outgoing)
    if failed is not None:
        return kept_here(failed)
    return Tended(text=pushed(outgoing), head=outgoing.head, pushed=outgoing.count)


async def _problem(tree: WorkTree, outgoing: Outgoing) -> str | None:
    """What keeps the commits here."""
    changes = None
    if outgoing.size <= _MOST_BYTES and len(outgoing.bases) <= _MOST_BASES:
        changes = await whole(tree, "changes", outgoing.head, " ".join(outgoing.bases))
    if changes is None:
        return f"{counted(outgoing)} could not be looked through for secrets, so nothing was pushed."
    if await asyncio.to_thread(leaks, changes):
        return "A secret stands in its commits, so nothing was pushed."
    return None
