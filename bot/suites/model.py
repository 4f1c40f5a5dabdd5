"""The nouns of tests that a person asks for: what can be named, what was dispatched, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time

from bot.commands.model import Head, ObeyRequest, Receipt, Refused  # noqa: TC001 - as above
from bot.diagnosis.model import Failure  # noqa: TC001 - as above
from bot.engine.model import Queue, Start
from bot.github.models import Actor, PullRequest, RepositoryRef  # noqa: TC001 - as above
from bot.github.run_models import Job, WorkflowRun  # noqa: TC001 - as above
from bot.pack.model import Workflow

RUN_SUITES = "run_suites"
RELAY_SUITES = "relay_suites"
ENDED = "ended"  # the topic by which a workflow run's end wakes who follows it
DISPATCHING = frozenset({Workflow.TESTS, Workflow.INTEGRATION})  # the workflows that have suites


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A job that can be named."""

    name: str
    workflow: Workflow
    category: str
    time_limit: str  # as the policy says; empty where the workflow has its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One workflow run that is wanted."""

    workflow: Workflow
    suite: str = ""  # the job; empty for all of the workflow

    @property
    def key(self) -> str:
        """What tells it from the command's others."""
        return f"{self.workflow}/{self.suite}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHead:
    """A pull request with its head as it stands now."""

    pull: PullRequest
    pushed_at: datetime | None = None  # when the first workflow run for the head began, if one did


@dataclass(frozen=True, slots=True, kw_only=True)
class RedJob:
    """A job that failed, and what its log says."""

    job: Job
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRun:
    """A wanted workflow run, as far as it has come."""

    target: Target
    workflow_run_id: int = 0  # 0 where it could not be started
    run: WorkflowRun | None = None  # as it was seen last
    red: tuple[RedJob, ...] = ()  # once it has ended
    refused: Refused | None = None  # why it could not be started, or nobody knows whether it was

    @property
    def root(self) -> str:
        """The repository's page on GitHub; empty before it was seen."""
        return self.run.html_url.partition("/actions/")[0] if self.run is not None else ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is awaited of it."""
        return self.refused is not None or (self.run is not None and self.run.is_completed)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSuites:
    """The request of `run_suites`: what one command wants to have run."""

    repository: RepositoryRef
    number: int
    key: str  # of the receipt
    author: Actor
    asked_at: datetime
    head: Head
    targets: tuple[Target, ...]
    receipt: Receipt
    then: ObeyRequest | None = None  # what is left of the comment

    def start(self) -> Start:
        """This function will name the run that does it; it waits long, so it stands in a line of its own."""
        return Start(
            flow=RUN_SUITES,
            run_id=f"{RUN_SUITES}-{self.repository.id}-{self.key}",
            request=self,
            partition=f"{self.repository.full_name}!test-{self.key}",
            queue=Queue.DEPLOYMENTS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySuites:
    """The request of `relay_suites`: a workflow run that may be one of those has ended."""

    repository: RepositoryRef
    workflow_run_id: int
    attempt: int

    def start(self) -> Start:
        """This function will name the run that tells who follows it."""
        return Start(
            flow=RELAY_SUITES,
            run_id=f"{RELAY_SUITES}-{self.workflow_run_id}-{self.attempt}",
            request=self,
            partition=f"{self.repository.full_name}@{self.workflow_run_id}",
        )
