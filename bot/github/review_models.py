"""Reviews and who is asked for one, as frozen values, named as GitHub names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.github.models import Actor, Sha  # noqa: TC001 - as above


class ReviewState(StrEnum):
    """What a review says."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review of a pull request as it stands now."""

    id: int
    author: Actor
    state: ReviewState
    body: str
    commit_sha: Sha  # what was reviewed; empty where the commit is gone
    html_url: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedReviewers:
    """Whose review a pull request waits for; who has reviewed is no longer among them."""

    users: tuple[Actor, ...] = ()
    teams: tuple[str, ...] = ()  # slugs
