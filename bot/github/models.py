"""GitHub's nouns as frozen values, named as GitHub names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum
from typing import NewType

InstallationId = NewType("InstallationId", int)
Sha = NewType("Sha", str)


class Permission(StrEnum):
    """A person's role on a repository, weakest first, as `role_name` gives it."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    def covers(self, needed: Permission) -> bool:
        """This function will say whether this role is at least the needed one."""
        return list(Permission).index(self) >= list(Permission).index(needed)


class Conclusion(StrEnum):
    """How a check run, job or workflow run ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    TIMED_OUT = "timed_out"
    ACTION_REQUIRED = "action_required"
    STARTUP_FAILURE = "startup_failure"
    STALE = "stale"

    @property
    def is_red(self) -> bool:
        """Whether this end needs a person: failed, timed out or never started."""
        return self in {Conclusion.FAILURE, Conclusion.TIMED_OUT, Conclusion.STARTUP_FAILURE}


class DeploymentState(StrEnum):
    """The state of a deployment, as its newest deployment status says it."""

    PENDING = "pending"
    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryRef:
    """A repository and the installation through which it is reached."""

    installation_id: InstallationId
    id: int
    full_name: str
    default_branch: str = "main"

    @property
    def owner(self) -> str:
        """The part of `owner/name` before the slash."""
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        """The part of `owner/name` after the slash."""
        return self.full_name.partition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, bot or organisation; the numeric id is what identifies, logins change."""

    id: int
    login: str
    type: str = "User"

    @property
    def is_bot(self) -> bool:
        """Whether GitHub says that this is no person."""
        return self.type == "Bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as it stands at the moment of reading."""

    number: int
    title: str
    state: str
    draft: bool
    merged: bool
    author: Actor
    head_sha: Sha
    head_ref: str
    head_repository: str | None  # owner/name; None when the fork is gone
    base_sha: Sha
    base_ref: str
    base_repository: str
    mergeable: bool | None = None  # None while GitHub is still computing it
    mergeable_state: str = ""  # clean, blocked, behind, dirty, draft, unstable, unknown, …; empty in a list
    html_url: str = ""
    labels: tuple[str, ...] = ()
    node_id: str = ""  # its name in the GraphQL API
    maintainer_can_modify: bool = False  # of a fork's branch
    created_at: datetime | None = None

    @property
    def is_fork(self) -> bool:
        """Whether the head lies in another repository than the base."""
        return self.head_repository != self.base_repository

    @property
    def is_open(self) -> bool:
        """Whether it can still receive commits and be merged."""
        return self.state == "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    body: str
    author: Actor
    app_id: int | None  # numeric id of the App that wrote it, if one did
    html_url: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark on lines of one file, shown on the diff."""

    path: str
    start_line: int
    end_line: int
    level: str  # notice, warning or failure
    message: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAction:
    """A button of a completed check run."""

    label: str  # at most 20 characters
    identifier: str  # at most 20 characters
    description: str  # at most 40 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check run shall say; `conclusion` None means still in progress."""

    name: str
    head_sha: Sha
    external_id: str  # the idempotency key: found again by it after a crash
    title: str
    summary: str
    text: str = ""
    conclusion: Conclusion | None = None
    annotations: tuple[Annotation, ...] = ()
    actions: tuple[CheckAction, ...] = ()
    details_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """A check run as it stands on GitHub."""

    id: int
    name: str
    head_sha: Sha
    status: str
    conclusion: Conclusion | None
    external_id: str
    app_id: int | None
    html_url: str
    started_at: datetime | None = None
    annotations: int = 0  # how many
    completed_at: datetime | None = None
    suite_id: int | None = None  # of its check suite, which a workflow run shares with all its attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStatus:
    """A commit status: one report of a context, of which the newest counts."""

    id: int
    context: str
    state: str  # error, failure, pending or success
    description: str
    target_url: str
    creator: Actor
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as it stands now."""

    number: int
    title: str
    body: str
    state: str  # open or closed
    author: Actor
    app_id: int | None  # numeric id of the App that opened it, if one did
    html_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A GitHub Deployment."""

    id: int
    sha: Sha
    ref: str
    environment: str
    task: str
    description: str
    payload: dict[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatus:
    """One status of a deployment."""

    state: DeploymentState
    created_at: datetime
    log_url: str = ""  # of a job of GitHub Actions, where one reported it


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A deployment environment of a repository."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow file that GitHub Actions knows."""

    id: int
    name: str
    path: str
    state: str  # active, disabled_manually, …


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDelivery:
    """One attempt at delivering a webhook, as the App's own delivery list gives it."""

    id: int
    guid: str
    delivered_at: datetime
    redelivery: bool
    status_code: int  # 0 where nothing answered
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver acknowledged this attempt."""
        return 200 <= self.status_code < 300  # noqa: PLR2004 - the 2xx range
