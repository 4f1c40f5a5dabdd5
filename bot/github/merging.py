"""Merges that GitHub makes: of a pull request, of one branch into another, of a base into a head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import shipping_operations as op
from bot.github.branch_models import BranchMerge
from bot.github.branches import TreeShape  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.models import Sha
from bot.github.shapes import Nothing

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


class MergedShape(Struct):
    """The answer to the merge of a pull request."""

    sha: str


class BranchMergeShape(Struct):
    """The answer to the merge of a branch; empty where there was nothing to merge."""

    sha: str = ""
    commit: TreeShape | None = None


async def merge_pull(repo: RepositoryClient, number: int, *, sha: Sha, method: str) -> Sha:
    """This function will merge a pull request whose head is still this commit, and return what it became.

    Args:
        repo: Where it lies.
        number: The pull request.
        sha: Its head, as it was judged.
        method: merge, squash or rebase.

    Raises:
        Conflict: its head moved (409), or it cannot be merged (405); the text says why.
        Uncertain: the answer was lost; read it back.
    """
    body = {"sha": sha, "merge_method": method}
    shape = await repo.calls.send(op.MERGE_PULL, MergedShape, {"pull_number": number}, body)
    return Sha(shape.sha)


async def merge_branch(repo: RepositoryClient, *, base: str, head: str, message: str) -> BranchMerge | None:
    """This function will merge a branch or commit into a branch; None where that has all of it already.

    Raises:
        Conflict: the two changes contradict each other.
        NotFound: one of them is not there.
        Uncertain: the answer was lost; read the branch, or do it again: what is merged is not merged twice.
    """
    body = {"base": base, "head": head, "commit_message": message}
    shape = await repo.calls.send(op.MERGE_BRANCH, BranchMergeShape, {}, body)
    if shape.commit is None:
        return None
    return BranchMerge(sha=Sha(shape.sha), tree=shape.commit.tree.sha)


async def update_branch(repo: RepositoryClient, number: int, *, expected_head_sha: Sha) -> None:
    """This function will have the base merged into a pull request's branch, soon.

    Raises:
        Unprocessable: its head moved, it has nothing to gain, or the two contradict each other.
        Forbidden: the App may not write to the head's repository.
        Uncertain: the answer was lost; the head tells.
    """
    body = {"expected_head_sha": expected_head_sha}
    await repo.calls.send(op.UPDATE_BRANCH, Nothing, {"pull_number": number}, body)
