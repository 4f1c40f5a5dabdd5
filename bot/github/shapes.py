"""The shapes in which GitHub gives people, repositories, pull requests and comments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from bot.github.models import Actor, Comment, InstallationId, PullRequest, RepositoryRef, Sha

Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]  # as far as a database's integer reaches
# ISO 8601; in old payloads seconds since 1970, or a date without a "T"
Moment = (
    Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", max_length=40)]
    | Annotated[int, Meta(ge=0, le=32_503_680_000)]
)
# It becomes part of a path, so it may hold nothing that a path means something by
_NAME = r"(?!\.\.?(/|\Z))[A-Za-z0-9_.-]+"
RepositoryName = Annotated[str, Meta(pattern=rf"^{_NAME}/{_NAME}\Z", max_length=200)]

_OLD_DATE = re.compile(r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ?(Z|UTC|[+-]\d\d:?\d\d)?$")
GHOST = Actor(id=0, login="ghost")  # GitHub's own name for a person whose account is gone


def moment(value: Moment | None) -> datetime:
    """This function will read a time in any form GitHub has used; none at all is the epoch.

    Raises:
        ValueError: it is no time.
    """
    if value is None:
        return datetime.fromtimestamp(0, UTC)
    if isinstance(value, int):
        return datetime.fromtimestamp(value, UTC)
    old = _OLD_DATE.match(value)
    if old:
        zone = (old[3] or "Z").replace("UTC", "Z")
        value = f"{old[1]}T{old[2]}{zone}"
    read = datetime.fromisoformat(value)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def optional_moment(value: Moment | None) -> datetime | None:
    """This function will read a time, or return None where there is none."""
    return None if value is None else moment(value)


class Nothing(Struct):
    """An answer of which nothing is needed."""


class UserShape(Struct):
    """A person, bot or organisation."""

    id: Id
    login: str
    type: str = "User"

    def to_actor(self) -> Actor:
        """This function will return the actor."""
        return Actor(id=self.id, login=self.login, type=self.type)


def actor(user: UserShape | None) -> Actor:
    """This function will return the actor, or the ghost for an account that is gone."""
    return GHOST if user is None else user.to_actor()


class AppShape(Struct):
    """A GitHub App."""

    id: Id
    slug: str = ""
    name: str = ""
    html_url: str = ""


class TokenShape(Struct):
    """An installation token."""

    token: str
    expires_at: str


class InstallationShape(Struct):
    """An installation of the App."""

    id: Id
    suspended_at: Moment | None = None


class RepositoryShape(Struct):
    """A repository."""

    id: Id
    full_name: RepositoryName
    default_branch: str | None = None

    def to_ref(self, installation_id: int) -> RepositoryRef:
        """This function will return the repository as reached through an installation."""
        return RepositoryRef(
            installation_id=InstallationId(installation_id),
            id=self.id,
            full_name=self.full_name,
            default_branch=self.default_branch or "main",
        )


class BranchRepositoryShape(Struct):
    """The repository that a branch of a pull request lives in."""

    full_name: str


class BranchShape(Struct):
    """The head or base of a pull request."""

    sha: str
    ref: str
    repo: BranchRepositoryShape | None = None


class LabelShape(Struct):
    """A label."""

    name: str = ""


class PullShape(Struct):
    """A pull request, alone or in a list."""

    number: Id
    state: str
    head: BranchShape
    base: BranchShape
    title: str = ""
    draft: bool | None = None
    merged: bool | None = None
    merged_at: Moment | None = None
    mergeable: bool | None = None
    mergeable_state: str = ""
    user: UserShape | None = None
    html_url: str = ""
    labels: list[LabelShape] = field(default_factory=list)
    node_id: str = ""
    maintainer_can_modify: bool | None = None
    created_at: Moment | None = None

    def to_pull(self) -> PullRequest:
        """This function will return the pull request."""
        return PullRequest(
            number=self.number,
            title=self.title,
            state=self.state,
            draft=bool(self.draft),
            merged=bool(self.merged) or self.merged_at is not None,
            author=actor(self.user),
            head_sha=Sha(self.head.sha),
            head_ref=self.head.ref,
            head_repository=self.head.repo.full_name if self.head.repo else None,
            base_sha=Sha(self.base.sha),
            base_ref=self.base.ref,
            base_repository=self.base.repo.full_name if self.base.repo else "",
            mergeable=self.mergeable,
            mergeable_state=self.mergeable_state,
            html_url=self.html_url,
            labels=tuple(label.name for label in self.labels),
            node_id=self.node_id,
            maintainer_can_modify=bool(self.maintainer_can_modify),
            created_at=optional_moment(self.created_at),
        )


class NumberShape(Struct):
    """What a workflow run or check run says of a pull request."""

    number: Id


class CommentShape(Struct):
    """A comment on an issue or pull request."""

    id: Id
    created_at: Moment
    updated_at: Moment
    body: str | None = None
    user: UserShape | None = None
    performed_via_github_app: AppShape | None = None
    html_url: str = ""

    def to_comment(self) -> Comment:
        """This function will return the comment."""
        app = self.performed_via_github_app
        return Comment(
            id=self.id,
            body=self.body or "",
            author=actor(self.user),
            app_id=app.id if app else None,
            html_url=self.html_url,
            created_at=moment(self.created_at),
            updated_at=moment(self.updated_at),
        )
