"""What a workflow is run with, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from tests.support.actions.stand_in import StandIn

SUCCESS, FAILURE, CANCELLED, SKIPPED = "success", "failure", "cancelled", "skipped"


class WorkflowRefused(Exception):  # noqa: N818 - GitHub's answer, not an error of ours
    """GitHub would not begin this run: the file, its permissions or what it was given is wrong."""


class Unsupported(Exception):  # noqa: N818 - says what the runner cannot do
    """The workflow asks for something that this runner does not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A repository, and the machine on which its workflows run."""

    repository: Path  # a git repository whose commits are checked out: `repository_of` makes one
    folder: Path  # where jobs work, and where caches and artifacts stay between jobs and runs
    programs: tuple[Path, ...] = ()  # folders that stand first on PATH
    environment: Mapping[str, str] = field(default_factory=dict)  # that the machine has besides
    actions: Mapping[str, StandIn] = field(default_factory=dict)  # by owner/name; before the usual stand-ins
    minute: float = 60.0  # seconds that a minute of a time limit takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What begins a run, and what GitHub knows when it begins."""

    event: str = "push"
    ref: str = "refs/heads/main"
    sha: str = ""  # by default what the ref names in the repository
    full_name: str = "acme/breakwater"
    actor: str = "mona"
    payload: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, str | bool] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # their variables
    run_id: int = 4711
    attempt: int = 1
    only: tuple[str, ...] = ()  # ids or names of the jobs to run, the others are skipped; empty for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What a job says beside its log."""

    level: str  # error, warning, notice
    message: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How a step ended."""

    name: str
    number: int
    conclusion: str  # after continue-on-error
    outcome: str  # before it
    started_at: datetime
    completed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """How a job ended and what it left."""

    name: str
    key: str  # its id in the workflow
    conclusion: str
    log: bytes = b""
    steps: tuple[StepResult, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    annotations: tuple[Annotation, ...] = ()
    summary: str = ""
    artifacts: tuple[str, ...] = ()
    environment: str = ""  # it deploys to
    permissions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a workflow run ended."""

    name: str  # by `run-name`
    conclusion: str
    jobs: Mapping[str, JobResult]  # by the names that people see; `caller / job` of a reusable workflow
    artifacts: Mapping[str, Path]  # folders of what was uploaded
    outputs: Mapping[str, str] = field(default_factory=dict)  # of a reusable workflow
