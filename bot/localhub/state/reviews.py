"""What can happen to reviews: request, submit, edit, dismiss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.state.nouns import Review, Team
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.localhub.state.nouns import Pull, Repository, User
    from bot.localhub.state.store import Store

STATES = {"APPROVE": "approved", "REQUEST_CHANGES": "changes_requested", "COMMENT": "commented"}


def submit(  # noqa: PLR0913 - a review has these parts
    store: Store,
    repository: Repository,
    pull: Pull,
    *,
    author: User,
    state: str,
    body: str = "",
    sha: str | None = None,
) -> Review:
    """This function will submit a review of a commit, by default the head; its author is asked no more."""
    if state not in STATES.values():
        raise ValueError(f"{state!r} is no state of a new review: one of {', '.join(STATES.values())}")
    made = Review(
        id=store.next_id(),
        author=author,
        body=body,
        state=state,
        sha=sha or pull.head_sha,
        submitted_at=store.now(),
    )
    pull.reviews.append(made)
    pull.issue.updated_at = made.submitted_at
    if author in pull.reviewers:
        pull.reviewers.remove(author)
    _tell(store, repository, pull, made, "submitted", author)
    return made


def edit(  # noqa: PLR0913 - what an edit says
    store: Store, repository: Repository, pull: Pull, review: Review, *, body: str, editor: User
) -> None:
    """This function will change a review's text, telling what it was."""
    before, review.body = review.body, body
    _tell(store, repository, pull, review, "edited", editor, changes={"body": {"from": before}})


def dismiss(store: Store, repository: Repository, pull: Pull, review: Review, *, dismisser: User) -> None:
    """This function will dismiss a review."""
    review.state = "dismissed"
    _tell(store, repository, pull, review, "dismissed", dismisser)


def _tell(  # noqa: PLR0913 - what an event says
    store: Store,
    repository: Repository,
    pull: Pull,
    review: Review,
    action: str,
    sender: User,
    *,
    changes: dict[str, Any] | None = None,
) -> None:
    store.emit(
        Happening(
            event="pull_request_review",
            action=action,
            repository=repository,
            sender=sender,
            subject=(pull, review),
            extra={} if changes is None else {"changes": changes},
        )
    )


def request(
    store: Store, repository: Repository, pull: Pull, wanted: Iterable[User | Team], *, sender: User
) -> None:
    """This function will ask people and teams for a review, telling about each one that was not asked yet."""
    for one in wanted:
        asked: list[Any] = pull.team_reviewers if isinstance(one, Team) else pull.reviewers
        if one not in asked:
            asked.append(one)
            _tell_request(store, repository, pull, one, "review_requested", sender)


def take_back(
    store: Store, repository: Repository, pull: Pull, unwanted: Iterable[User | Team], *, sender: User
) -> None:
    """This function will stop asking people and teams for a review."""
    for one in unwanted:
        asked: list[Any] = pull.team_reviewers if isinstance(one, Team) else pull.reviewers
        if one in asked:
            asked.remove(one)
            _tell_request(store, repository, pull, one, "review_request_removed", sender)


def _tell_request(  # noqa: PLR0913 - what an event says
    store: Store, repository: Repository, pull: Pull, whom: User | Team, action: str, sender: User
) -> None:
    name = "requested_team" if isinstance(whom, Team) else "requested_reviewer"
    store.emit(
        Happening(
            event="pull_request",
            action=action,
            repository=repository,
            sender=sender,
            subject=pull,
            extra={name: whom},
        )
    )
