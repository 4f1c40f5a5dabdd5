"""Looks after the work of an agent: what it forgot is committed, what it committed is pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.work.committing import commit
from bot.supervision.work.pushing import push
from bot.supervision.work.words import together

if TYPE_CHECKING:
    from bot.supervision.work.model import Tended, WorkTerms, WorkTree


async def tend(tree: WorkTree, terms: WorkTerms) -> Tended:
    """This function will commit forgotten files and push commits as far as the terms let it, and say what came of it.

    Twice is as once. It never raises for what the host or the tree says.
    """
    files = await commit(tree, terms)
    return together((files, await push(tree, terms)))
