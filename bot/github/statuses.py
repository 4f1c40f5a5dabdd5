"""Commit statuses, which older continuous integration reports in place of check runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import trust_operations as op
from bot.github.models import CommitStatus, Sha
from bot.github.shapes import Id, Moment, UserShape, actor, moment

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


class StatusShape(Struct):
    """A commit status."""

    id: Id
    context: str
    state: str
    created_at: Moment
    description: str | None = None
    target_url: str | None = None
    creator: UserShape | None = None

    def to_status(self) -> CommitStatus:
        """This function will return the commit status."""
        return CommitStatus(
            id=self.id,
            context=self.context,
            state=self.state,
            description=self.description or "",
            target_url=self.target_url or "",
            creator=actor(self.creator),
            created_at=moment(self.created_at),
        )


async def list_statuses(repo: RepositoryClient, sha: Sha) -> tuple[CommitStatus, ...]:
    """This function will read all statuses of a commit, newest first: of a context, the first one counts."""
    shapes = await repo.calls.list(op.LIST_STATUSES, StatusShape, {"ref": sha})
    return tuple(shape.to_status() for shape in shapes)
