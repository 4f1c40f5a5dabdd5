"""Looks at the work trees of a host at once, to find those whose work is to be looked after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.supervision.hosts.model import Order, Unknown
from bot.supervision.hosts.quoting import ending
from bot.supervision.programs.ordering import NAME, script
from bot.supervision.work.reading import UNOWNED, read_glances

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.supervision.hosts.model import Host
    from bot.supervision.work.model import WorkTerms

_GLANCING = timedelta(seconds=90)
_MOST_CALLS = 20  # one for each user that trees belong to, or more where there are very many
_AT_ONCE = 150  # work trees: a line of at most 120 bytes is told of each


async def glance(
    host: Host, default_branch: str, trees: Mapping[str, WorkTerms]
) -> Mapping[str, str] | Unknown:
    """This function will look at many work trees of one host in one call, and return how each looks, by its folder.

    How it looks is the commit that it is at, whether the remote is known to have that, and a digest of the files that
    lie forgotten; it is empty where there is nothing to be tended. A tree that did not answer is left out.

    Args:
        host: where the trees are.
        default_branch: of the repository.
        trees: what may be done for the work in each folder.
    """
    told: dict[str, str] = {}
    left = list(trees)
    for _ in range(_MOST_CALLS):
        if not left:
            break
        some = left[:_AT_ONCE]
        looks = await _some(host, default_branch, {folder: trees[folder] for folder in some})
        if isinstance(looks, Unknown):
            return looks
        told |= looks
        # The first is looked at by its owner, so what is still not his is another one's.
        others = [folder for folder in some[1:] if looks.get(folder) == UNOWNED]
        left = [*left[_AT_ONCE:], *others]
    return told


async def _some(
    host: Host, default_branch: str, trees: Mapping[str, WorkTerms]
) -> Mapping[str, str] | Unknown:
    """As many as one answer holds."""
    asked = [
        part for folder, terms in trees.items() for part in (folder, str(int(terms.quiet.total_seconds())))
    ]
    argv = ("sh", "-c", script("glance"), NAME, script("apart"), script("forgotten"), default_branch, *asked)
    answer = await host.run(Order(argv=argv, folder=asked[0], timeout=_GLANCING))
    if isinstance(answer, Unknown):
        return answer
    if answer.code != 0:
        return Unknown(why=ending(answer))
    return read_glances(answer, tuple(trees))
