"""Uses GitHub's own merge queue: puts a pull request in with exactly this head, takes it out, asks where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.github.graph_pulls import dequeue_pull, enqueue_pull, pull_standing
from bot.merging.acting.model import Queued, Queueing

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha

_log = structlog.get_logger()


async def enqueue(repo: RepositoryClient, number: int, *, head_sha: Sha) -> Queueing:
    """This function will put the pull request into the queue, unless it is there; it raises none of GitHub's errors."""
    try:
        standing = await pull_standing(repo, number)
        entry = standing.entry or await enqueue_pull(repo, standing.node_id, head_sha=head_sha)
    except (Uncertain, Unavailable) as error:  # the next look finds it in there, or asks again
        return Queueing(came=Queued.LATER, text=str(error))
    except GitHubError as error:
        return Queueing(came=Queued.REFUSED, text=str(error))
    return Queueing(came=Queued.IN, position=entry.position if entry is not None else 0)


async def dequeue(repo: RepositoryClient, number: int) -> bool:
    """This function will take the pull request out of the queue, and say whether it is out for certain."""
    try:
        standing = await pull_standing(repo, number)
        if standing.entry is not None:
            await dequeue_pull(repo, standing.node_id)
    except GitHubError as error:
        _log.warning("not_dequeued", number=number, error=str(error))
        return False
    return True


async def is_queued(repo: RepositoryClient, number: int) -> bool | None:
    """This function will say whether the pull request is in the queue; None where GitHub does not answer."""
    try:
        return (await pull_standing(repo, number)).entry is not None
    except GitHubError as error:
        _log.warning("queue_not_read", number=number, error=str(error))
        return None
