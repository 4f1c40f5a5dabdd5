"""Commits: where two of them parted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import operations as op
from bot.github.models import Sha

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


class CommitShape(Struct):
    """A commit."""

    sha: str


class ComparisonShape(Struct):
    """What lies between two commits."""

    merge_base_commit: CommitShape


async def merge_base(repo: RepositoryClient, base: Sha, head: Sha) -> Sha:
    """This function will read the commit at which a head left its base, both given as SHAs.

    Raises:
        NotFound: one of them is not there, or they have nothing in common.
    """
    # Only the first page carries the changed files, which may be large and are not wanted.
    query = {"per_page": "1", "page": "2"}
    shape = await repo.calls.get(op.COMPARE, ComparisonShape, {"basehead": f"{base}...{head}"}, query)
    return Sha(shape.merge_base_commit.sha)
