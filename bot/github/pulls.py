"""Pull requests: one, all open ones, those of a commit or a branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github import shipping_operations
from bot.github.comparing import FileShape
from bot.github.shapes import PullShape

if TYPE_CHECKING:
    from bot.github.branch_models import FileChange
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest, Sha

MOST_FILES = 3_000  # https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPull:
    """A pull request to be opened between two branches of the repository."""

    head: str
    base: str
    title: str
    body: str
    draft: bool = False


class DescribedShape(PullShape):
    """A pull request with its description."""

    body: str | None = None


async def get_pull(repo: RepositoryClient, number: int) -> PullRequest:
    """This function will read one pull request as it stands now.

    `mergeable` is None while GitHub is still computing it.
    """
    shape = await repo.calls.get(op.GET_PULL, PullShape, {"pull_number": number})
    return shape.to_pull()


async def get_described_pull(repo: RepositoryClient, number: int) -> tuple[PullRequest, str]:
    """This function will read one pull request as it stands now, and its description."""
    shape = await repo.calls.get(op.GET_PULL, DescribedShape, {"pull_number": number})
    return shape.to_pull(), shape.body or ""


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


async def every_pull_of_branch(repo: RepositoryClient, head: str) -> tuple[PullRequest, ...]:
    """This function will read all pull requests, open or not, from a head branch, given as `owner:branch`."""
    shapes = await repo.calls.list(op.LIST_PULLS, PullShape, {}, {"state": "all", "head": head})
    return tuple(shape.to_pull() for shape in shapes)


async def pulls_onto(repo: RepositoryClient, base: str) -> tuple[PullRequest, ...]:
    """This function will read the open pull requests onto a branch, oldest first."""
    query = {"state": "open", "base": base, "direction": "asc"}
    shapes = await repo.calls.list(op.LIST_PULLS, PullShape, {}, query)
    return tuple(shape.to_pull() for shape in shapes)


async def list_pull_files(repo: RepositoryClient, number: int) -> tuple[FileChange, ...]:
    """This function will read the files that a pull request changes, 3,000 at most."""
    variables = {"pull_number": number}
    shapes = await repo.calls.list(shipping_operations.LIST_PULL_FILES, FileShape, variables)
    return tuple(shape.to_change() for shape in shapes)


async def create_pull(repo: RepositoryClient, new: NewPull) -> PullRequest:
    """This function will open a pull request.

    Raises:
        Unprocessable: there is one between these branches, nothing lies between them, or one is not there.
        Uncertain: the answer was lost; look for one from the head before opening it again.
    """
    body = {
        "head": new.head,
        "base": new.base,
        "title": new.title,
        "body": new.body,
        "draft": new.draft,
    }
    return (await repo.calls.send(shipping_operations.CREATE_PULL, PullShape, {}, body)).to_pull()


async def retarget_pull(repo: RepositoryClient, number: int, *, base: str) -> PullRequest:
    """This function will give a pull request another base.

    Raises:
        Unprocessable: the base is not there, or a pull request between the two is open already.
    """
    variables = {"pull_number": number}
    shape = await repo.calls.send(shipping_operations.UPDATE_PULL, PullShape, variables, {"base": base})
    return shape.to_pull()


async def close_pull(repo: RepositoryClient, number: int) -> PullRequest:
    """This function will close a pull request without merging it."""
    variables, body = {"pull_number": number}, {"state": "closed"}
    return (await repo.calls.send(shipping_operations.UPDATE_PULL, PullShape, variables, body)).to_pull()


async def describe_pull(repo: RepositoryClient, number: int, *, title: str, body: str) -> PullRequest:
    """This function will give a pull request another title and description."""
    variables, content = {"pull_number": number}, {"title": title, "body": body}
    return (await repo.calls.send(shipping_operations.UPDATE_PULL, PullShape, variables, content)).to_pull()
