"""The nouns of the local GitHub around people, repositories, git, issues and pull requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.localhub.state.protections import MergeSettings
from bot.localhub.state.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.actions import Artifact, Job, Workflow, WorkflowRun
    from bot.localhub.state.protections import Protection, QueueEntry, Ruleset
    from bot.localhub.state.releases.nouns import Release
    from bot.localhub.state.reports import CheckRun, CheckSuite, CommitStatus, Deployment, Environment

ROLES = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass(slots=True, kw_only=True)
class User:
    """A person, a bot or an organisation."""

    id: int
    login: str
    type: str = "User"
    created_at: datetime
    members: dict[str, str] = field(default_factory=dict)  # of an organisation: login -> admin or member
    teams: dict[str, Team] = field(default_factory=dict)  # of an organisation: by slug


@dataclass(slots=True, kw_only=True)
class Team:
    """A team of an organisation, perhaps within another team."""

    id: int
    organization: User
    slug: str
    parent: Team | None = None
    members: dict[int, str] = field(default_factory=dict)  # user id -> maintainer or member
    invited: set[int] = field(default_factory=set)  # user ids of those who have not accepted yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """Someone whose commits carry an address that belongs to no account."""

    login: str
    email: str


@dataclass(slots=True, kw_only=True)
class App:
    """The GitHub App under test, or another one that writes checks."""

    id: int
    client_id: str
    slug: str
    name: str
    owner: User
    bot: User
    permissions: dict[str, str]
    events: tuple[str, ...]
    created_at: datetime
    is_registered: bool = True  # one that was deleted, or not yet made, is nobody


@dataclass(slots=True, kw_only=True)
class Installation:
    """The App on one account."""

    id: int
    app: App
    account: User
    permissions: dict[str, str]
    events: tuple[str, ...]
    repository_ids: set[int]
    created_at: datetime
    selection: str = "selected"
    suspended_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Commit:
    """A commit with the whole content of its tree."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: User | Stranger
    committer: User | Stranger
    at: datetime
    files: dict[str, bytes]
    authored_at: datetime | None = None  # where it is older than the commit
    serial: int = 0
    check_suite_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An annotated tag: an object of its own that names a commit."""

    sha: str
    name: str
    commit: str
    message: str
    tagger: User | Stranger
    at: datetime


@dataclass(slots=True, kw_only=True)
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(slots=True, kw_only=True)
class Reaction:
    """One user's emoji on a comment or issue."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    number: int
    author: User
    app: App | None
    body: str
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)
    history: list[str] = field(default_factory=list)  # earlier bodies, oldest first


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue; every pull request is one too."""

    id: int
    number: int
    title: str
    body: str | None
    author: User
    app: App | None
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    is_pull: bool = False


@dataclass(slots=True, kw_only=True)
class Review:
    """A review of a pull request, bound to the commit that was looked at."""

    id: int
    author: User
    body: str
    state: str  # approved, changes_requested, commented or dismissed
    sha: str
    submitted_at: datetime


@dataclass(slots=True, kw_only=True)
class ReviewThread:
    """A conversation on changed lines of a pull request."""

    id: int
    path: str
    line: int | None = None
    resolved: bool = False


@dataclass(slots=True, kw_only=True)
class Pull:
    """What a pull request has beyond its issue."""

    id: int
    issue: Issue
    head_repository: Repository | None
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_sha: str | None = None
    mergeable_known: bool = False  # GitHub answers null until it has been asked once
    conflict: bool = False
    reviewers: list[User] = field(default_factory=list)
    team_reviewers: list[Team] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)  # oldest first
    threads: list[ReviewThread] = field(default_factory=list)
    landed: tuple[str, ...] = ()  # the commits that its merge brought to the base, newest first

    @property
    def number(self) -> int:
        """The number shared with the issue."""
        return self.issue.number

    @property
    def merged(self) -> bool:
        """Whether it was merged."""
        return self.merged_at is not None


@dataclass(slots=True, kw_only=True)
class Repository:
    """A repository with everything that lives in it."""

    id: int
    owner: User
    name: str
    private: bool
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    default_branch: str = "main"
    description: str | None = None
    language: str | None = None
    parent: Repository | None = None
    collaborators: dict[int, str] = field(default_factory=dict)  # user id -> role name
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    numbers: int = 0
    open_issues: int = 0  # pull requests among them, as GitHub counts
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    deleted_issues: set[int] = field(default_factory=set)
    has_issues: bool = True
    pulls: dict[int, Pull] = field(default_factory=dict)
    pulls_by_sha: dict[str, list[Pull]] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    check_suites: dict[int, CheckSuite] = field(default_factory=dict)
    suites_by_sha: dict[str, list[CheckSuite]] = field(default_factory=dict)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    checks_by_sha: dict[str, list[CheckRun]] = field(default_factory=dict)
    statuses: dict[str, list[CommitStatus]] = field(default_factory=dict)  # SHA -> oldest first
    workflows: dict[int, Workflow] = field(default_factory=dict)
    runs: dict[int, WorkflowRun] = field(default_factory=dict)
    runs_by_sha: dict[str, list[WorkflowRun]] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    artifacts: dict[int, Artifact] = field(default_factory=dict)
    deployments: dict[int, Deployment] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    releases: dict[int, Release] = field(default_factory=dict)
    latest_release: int = 0  # the id of the one that was made the latest
    immutable_releases: bool = False  # of those that are published from now on
    burnt_tags: set[str] = field(default_factory=set)  # names that an immutable release has used
    merge_settings: MergeSettings = field(default_factory=MergeSettings)
    settings: Settings = field(default_factory=Settings)
    archived: bool = False
    protections: dict[str, Protection] = field(default_factory=dict)  # by pattern
    rulesets: list[Ruleset] = field(default_factory=list)
    queues: dict[str, list[QueueEntry]] = field(default_factory=dict)  # base -> first in line first
    queues_moving: set[str] = field(default_factory=set)  # bases whose queue is being worked on

    @property
    def full_name(self) -> str:
        """The name as `owner/name`."""
        return f"{self.owner.login}/{self.name}"

    def role_of(self, user: User) -> str:
        """This function will give a user's role name on this repository."""
        if user.id == self.owner.id or self.owner.members.get(user.login) == "admin":
            return "admin"
        return self.collaborators.get(user.id, "none" if self.private else "read")
