"""The typed events: what can happen on GitHub that something here has a use for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.models import (
        Actor,
        CheckRun,
        Comment,
        Conclusion,
        Deployment,
        DeploymentState,
        PullRequest,
        RepositoryRef,
        Sha,
    )
    from bot.github.run_models import Job, WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCommentEvent:
    """A comment on an issue or pull request was created, edited or deleted."""

    action: str
    repository: RepositoryRef
    sender: Actor  # who did it: of an edited comment not always its author
    number: int
    is_pull_request: bool
    is_open: bool
    author: Actor  # of the issue or pull request
    comment: Comment
    previous_body: str | None = None  # before it was edited


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestEvent:
    """A pull request was opened, pushed to, labelled, closed and so on."""

    action: str
    repository: RepositoryRef
    sender: Actor
    pull_request: PullRequest
    body: str  # the description
    created_at: datetime
    updated_at: datetime
    before: Sha | None = None  # the head before a push (`synchronize`)
    previous_base_ref: str | None = None  # the base before it was changed (`edited`)
    label: str = ""  # what was put on or taken off (`labeled`, `unlabeled`)
    reason: str = ""  # why it left GitHub's merge queue (`dequeued`): MANUAL, CI_FAILURE, …


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestReviewEvent:
    """A review was submitted, edited or dismissed."""

    action: str
    repository: RepositoryRef
    sender: Actor
    pull_request: PullRequest
    review_id: int
    author: Actor  # of the review
    body: str
    state: str  # approved, changes_requested, commented, dismissed
    commit_sha: Sha
    html_url: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRunEvent:
    """A workflow run was requested, started or completed."""

    action: str
    repository: RepositoryRef
    sender: Actor
    run: WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowJobEvent:
    """A job was queued, started or completed."""

    action: str
    repository: RepositoryRef
    sender: Actor
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRunEvent:
    """A check run was created or completed, or a person asked for something with its buttons."""

    action: str
    repository: RepositoryRef
    sender: Actor
    check_run: CheckRun
    requested_action: str | None  # the identifier of the pressed button
    pull_requests: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSuiteEvent:
    """A check suite was requested, asked for again or completed."""

    action: str
    repository: RepositoryRef
    sender: Actor
    check_suite_id: int
    app_id: int | None
    head_sha: Sha
    head_branch: str | None
    status: str
    conclusion: Conclusion | None
    pull_requests: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushEvent:
    """A branch or tag was moved, created or deleted."""

    repository: RepositoryRef
    sender: Actor
    ref: str  # refs/heads/main
    before: Sha
    after: Sha
    created: bool
    deleted: bool
    forced: bool
    action: str = ""

    @property
    def branch(self) -> str | None:
        """The branch that was pushed, or None for a tag."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """A commit got a commit status."""

    repository: RepositoryRef
    sender: Actor
    sha: Sha
    context: str
    state: str  # error, failure, pending or success
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeGroupEvent:
    """GitHub's merge queue asks for the checks of a group, or has given the group up."""

    action: str
    repository: RepositoryRef
    sender: Actor
    head_sha: Sha
    head_ref: str  # refs/heads/gh-readonly-queue/main/…
    base_sha: Sha
    base_ref: str  # refs/heads/main
    reason: str  # why it is destroyed: merged, invalidated or dequeued


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentProtectionRuleEvent:
    """A job waits for an environment that our protection rule guards, and GitHub asks whether it may go on."""

    action: str
    repository: RepositoryRef
    sender: Actor  # whose doing started the workflow run
    environment: str
    workflow_run_id: int
    deployment_id: int | None
    head_sha: Sha  # empty where GitHub does not say
    ref: str
    trigger: str  # what the workflow runs on: workflow_dispatch, push, …
    callback_url: str  # input, and never called
    pull_requests: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatusEvent:
    """A deployment got a new status."""

    action: str
    repository: RepositoryRef
    sender: Actor
    deployment: Deployment
    status_id: int
    state: DeploymentState
    log_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationEvent:
    """The App was installed, removed, suspended, or given other repositories."""

    action: str
    sender: Actor
    installation_id: int
    account: Actor
    added: tuple[str, ...]  # full names
    removed: tuple[str, ...]
    repository: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryEvent:
    """A repository was renamed, moved, deleted, or shown to other people than before."""

    action: str
    repository: RepositoryRef  # as it is called now
    sender: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationEvent:
    """A person took back what they allowed the App to do in their name."""

    action: str
    sender: Actor
    repository: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PingEvent:
    """GitHub tries out the webhook."""

    zen: str
    hook_id: int
    action: str = ""
    repository: None = None


Event = (
    AuthorizationEvent
    | IssueCommentEvent
    | PullRequestEvent
    | PullRequestReviewEvent
    | WorkflowRunEvent
    | WorkflowJobEvent
    | CheckRunEvent
    | CheckSuiteEvent
    | PushEvent
    | RepositoryEvent
    | StatusEvent
    | MergeGroupEvent
    | DeploymentProtectionRuleEvent
    | DeploymentStatusEvent
    | InstallationEvent
    | PingEvent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An event that nothing here has a type for."""

    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A payload that is not shaped as GitHub's are; the reason names the key."""

    event: str
    reason: str
