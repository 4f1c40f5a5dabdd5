"""What the GraphQL API alone tells of pull requests, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from bot.github.models import Sha  # noqa: TC001 - msgspec reads the annotations at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A pull request's place in GitHub's merge queue."""

    position: int  # 1 is next


@dataclass(frozen=True, slots=True, kw_only=True)
class PullStanding:
    """What the REST API does not tell of a pull request."""

    node_id: str
    merge_sha: Sha | None  # the commit on its base that it became; of several the last
    commits: int
    open_threads: int  # conversations that nobody has resolved, counted up to 100
    threads_complete: bool  # whether all of them were counted
    review_decision: str  # APPROVED, CHANGES_REQUESTED, REVIEW_REQUIRED; empty where no review is required
    entry: QueueEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedIssue:
    """An issue that a pull request closes."""

    number: int
    node_id: str
    repository: str  # owner/name


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPull:
    """A merged pull request that brought a commit."""

    number: int
    node_id: str
    title: str
    body: str
    login: str  # of its author; empty where the account is gone
    is_bot: bool
    association: str  # of its author: FIRST_TIME_CONTRIBUTOR, MEMBER, …
    base_ref: str
    merge_sha: Sha | None
    labels: tuple[str, ...]
    closes: tuple[ClosedIssue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment to be written."""

    key: str  # tells it from the others
    subject_id: str  # node id of the issue or pull request
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnComment:
    """A comment that this App wrote."""

    subject_id: str
    body: str
    url: str
