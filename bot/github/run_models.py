"""Workflow runs, jobs and steps as frozen values, named as GitHub names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time

from bot.github.models import Conclusion, Sha  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """One attempt of one GitHub Actions workflow run."""

    id: int
    name: str
    path: str  # of the workflow file: .github/workflows/ci.yml
    workflow_id: int
    attempt: int
    event: str
    status: str
    conclusion: Conclusion | None
    head_sha: Sha
    head_branch: str | None
    head_repository: str | None
    pull_requests: tuple[int, ...]  # numbers; empty for forks, by GitHub's rule
    html_url: str
    created_at: datetime
    updated_at: datetime
    display_title: str = ""
    actor: str = ""  # login of the person whose work it builds
    started_at: datetime | None = None  # of this attempt
    suite_id: int | None = None  # of the check suite in which its jobs report

    @property
    def is_completed(self) -> bool:
        """Whether every job of this attempt has ended."""
        return self.status == "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a job."""

    number: int
    name: str
    status: str
    conclusion: Conclusion | None
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of one attempt of a workflow run."""

    id: int
    run_id: int
    attempt: int
    name: str
    status: str
    conclusion: Conclusion | None
    html_url: str
    head_sha: Sha
    steps: tuple[Step, ...] = ()
    started_at: datetime | None = None
    completed_at: datetime | None = None
    created_at: datetime | None = None  # when it began to wait for a runner
    labels: tuple[str, ...] = ()  # of the runner it asked for

    @property
    def queued_seconds(self) -> float | None:
        """How long it waited for a runner; None where GitHub does not say."""
        if self.created_at is None or self.started_at is None:
            return None
        return max(0.0, (self.started_at - self.created_at).total_seconds())

    @property
    def minutes(self) -> float:
        """How long the job ran, in minutes; 0 while it has not both started and ended."""
        ended = self.completed_at and self.started_at and self.completed_at - self.started_at
        return max(0.0, ended.total_seconds() / 60) if ended else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that a workflow run uploaded; GitHub does not say which of its jobs did, nor in which attempt."""

    id: int
    name: str
    size: int  # bytes of the zip file
    expired: bool
    created_at: datetime | None
