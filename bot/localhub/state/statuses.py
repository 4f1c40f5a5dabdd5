"""What can happen to commit statuses: report one, combine the newest of each context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state.reports import CommitStatus
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.store import Store

STATES = ("error", "failure", "pending", "success")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommitStatus:
    """What a commit status is created with."""

    state: str
    creator: User
    context: str = "default"
    description: str | None = None
    target_url: str | None = None


def report(store: Store, repository: Repository, sha: str, new: NewCommitStatus) -> CommitStatus:
    """This function will report a status of a commit."""
    if new.state not in STATES:
        raise ValueError(f"{new.state!r} is no state of a commit: one of {', '.join(STATES)}")
    made = CommitStatus(
        id=store.next_id(),
        creator=new.creator,
        context=new.context,
        state=new.state,
        description=new.description,
        target_url=new.target_url,
        created_at=store.now(),
    )
    repository.statuses.setdefault(sha, []).append(made)
    store.emit(
        Happening(event="status", action=None, repository=repository, sender=new.creator, subject=(sha, made))
    )
    return made


def newest(repository: Repository, sha: str) -> list[CommitStatus]:
    """This function will give the newest status of each context of a commit."""
    return list({one.context: one for one in repository.statuses.get(sha, ())}.values())


def combined(found: list[CommitStatus]) -> str:
    """This function will sum up the newest statuses as GitHub does: no status is pending."""
    states = {one.state for one in found}
    if states & {"error", "failure"}:
        return "failure"
    return "pending" if not states or "pending" in states else "success"
