"""Pull requests: one, all open ones, those of a commit or a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.shapes import PullShape

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest, Sha


async def get_pull(repo: RepositoryClient, number: int) -> PullRequest:
    """This function will read one pull request as it stands now.

    `mergeable` is None while GitHub is still computing it.
    """
    shape = await repo.calls.get(op.GET_PULL, PullShape, {"pull_number": number})
    return shape.to_pull()


async def list_open_pulls(repo: RepositoryClient) -> tuple[PullRequest, ...]:
    """This function will read all open pull requests, the most recently updated first."""
    query = {"state": "open", "sort": "updated", "direction": "desc"}
    shapes = await repo.calls.list(op.LIST_PULLS, PullShape, {}, query)
    return tuple(shape.to_pull() for shape in shapes)


async def pulls_of_commit(repo: RepositoryClient, sha: Sha) -> tuple[PullRequest, ...]:
    """This function will read the pull requests that contain a commit, open or not.

    A commit that lies only in a fork gives none: use the head branch then.
    """
    shapes = await repo.calls.list(op.LIST_PULLS_OF_COMMIT, PullShape, {"commit_sha": sha})
    return tuple(shape.to_pull() for shape in shapes)


async def pulls_of_branch(repo: RepositoryClient, head: str) -> tuple[PullRequest, ...]:
    """This function will read the open pull requests from a head branch, given as `owner:branch`."""
    shapes = await repo.calls.list(op.LIST_PULLS, PullShape, {}, {"state": "open", "head": head})
    return tuple(shape.to_pull() for shape in shapes)
