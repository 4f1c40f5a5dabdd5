"""The nouns of GitHub Actions: workflows, their runs, attempts, jobs and steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.reports import CheckRun, CheckSuite, Deployment, Environment


@dataclass(slots=True, kw_only=True)
class Workflow:
    """A workflow file that GitHub Actions knows."""

    id: int
    name: str
    path: str
    created_at: datetime
    state: str = "active"
    dispatchable: bool = True
    runs: int = 0


@dataclass(slots=True, kw_only=True)
class Step:
    """One step of a job."""

    number: int
    name: str
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Job:
    """One job of one attempt of a workflow run; its id is also its check run's."""

    id: int
    run: WorkflowRun
    attempt: int
    name: str
    check: CheckRun
    created_at: datetime
    labels: tuple[str, ...] = ("ubuntu-latest",)
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    steps: list[Step] = field(default_factory=list)
    log: bytes = b""
    log_expired: bool = False
    environment: str | None = None
    deployment: Deployment | None = None  # what GitHub makes of a job that has an environment
    approved_by: set[int] = field(default_factory=set)  # ids of the protection rules that let it pass


@dataclass(slots=True, kw_only=True)
class EnvironmentReview:
    """What an App or a person said about a run that waited at an environment."""

    environment: Environment
    state: str  # approved or rejected
    comment: str
    user: User


@dataclass(slots=True, kw_only=True)
class Artifact:
    """A zip file that a job uploaded; GitHub keeps it with the run and does not say which job it was."""

    id: int
    run: WorkflowRun
    name: str
    content: bytes
    created_at: datetime
    expires_at: datetime
    expired: bool = False


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One attempt of a workflow run."""

    number: int
    actor: User
    started_at: datetime
    updated_at: datetime
    status: str = "queued"
    conclusion: str | None = None
    jobs: list[Job] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class WorkflowRun:
    """A workflow run with all its attempts."""

    id: int
    number: int
    workflow: Workflow
    repository: Repository
    head_repository: Repository
    event: str
    head_branch: str | None
    head_sha: str
    title: str
    actor: User
    suite: CheckSuite
    created_at: datetime
    inputs: dict[str, str] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    heeds: str = "cancel"  # what ends it: to be cancelled, only `force`, or `nothing`
    reviews: list[EnvironmentReview] = field(default_factory=list)
    reports: dict[tuple[int, str, int], list[str]] = field(
        default_factory=dict
    )  # by attempt, environment, App

    @property
    def latest(self) -> Attempt:
        """The newest attempt."""
        return self.attempts[-1]
