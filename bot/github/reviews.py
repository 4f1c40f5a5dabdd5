"""Reviews of a pull request, and the people and teams asked for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import trust_operations as op
from bot.github.models import Sha
from bot.github.review_models import RequestedReviewers, Review, ReviewState
from bot.github.shapes import Id, Moment, Nothing, UserShape, actor, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import RepositoryClient


class ReviewShape(Struct):
    """A review."""

    id: Id
    state: str
    user: UserShape | None = None
    body: str | None = None
    commit_id: str | None = None
    html_url: str = ""
    submitted_at: Moment | None = None

    def to_review(self) -> Review:
        """This function will return the review; a state that is not known approves nothing."""
        state = self.state.lower()
        return Review(
            id=self.id,
            author=actor(self.user),
            state=ReviewState(state) if state in list(ReviewState) else ReviewState.COMMENTED,
            body=self.body or "",
            commit_sha=Sha(self.commit_id or ""),
            html_url=self.html_url,
            submitted_at=moment(self.submitted_at),
        )


class TeamShape(Struct):
    """A team."""

    slug: str


class RequestedShape(Struct):
    """Whose review is asked for."""

    users: list[UserShape] = field(default_factory=list)
    teams: list[TeamShape] = field(default_factory=list)


async def list_reviews(repo: RepositoryClient, number: int) -> tuple[Review, ...]:
    """This function will read all reviews of a pull request, oldest first."""
    shapes = await repo.calls.list(op.LIST_REVIEWS, ReviewShape, {"pull_number": number})
    return tuple(shape.to_review() for shape in shapes)


async def list_requested(repo: RepositoryClient, number: int) -> RequestedReviewers:
    """This function will read whose review a pull request waits for."""
    shape = await repo.calls.get(op.LIST_REQUESTED_REVIEWERS, RequestedShape, {"pull_number": number})
    return RequestedReviewers(
        users=tuple(user.to_actor() for user in shape.users), teams=tuple(team.slug for team in shape.teams)
    )


async def request_reviewers(
    repo: RepositoryClient, number: int, *, users: Sequence[str] = (), teams: Sequence[str] = ()
) -> None:
    """This function will ask people, by login, and teams, by slug, for their review.

    Raises:
        Unprocessable: one of them is the author or no collaborator; then nobody was asked.
    """
    body = {"reviewers": list(users), "team_reviewers": list(teams)}
    await repo.calls.send(op.REQUEST_REVIEWERS, Nothing, {"pull_number": number}, body)
