"""A job while it runs: its machine, what its steps left, and what expressions may read."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.actions.expressions import Scope
from tests.support.actions.model import CANCELLED, FAILURE, SUCCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.support.actions.log import JobLog
    from tests.support.actions.machine import Places
    from tests.support.actions.model import StepResult, Trigger, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a job is begun with."""

    key: str
    name: str
    workspace: Workspace
    trigger: Trigger
    source: Path  # the repository at the workflow's own commit
    places: Places
    log: JobLog
    contexts: Mapping[str, Any]  # github, inputs, vars, secrets, needs, matrix, strategy
    permissions: Mapping[str, str]
    minutes: float


class Job:
    """What the steps of a job share."""

    def __init__(self, begun: Begun, machine: Mapping[str, str], env: Mapping[str, str]) -> None:
        """Begin a job.

        Args:
            begun: what the workflow says of it.
            machine: what every program finds in its environment.
            env: the variables of the workflow and of the job, which expressions see.
        """
        self.begun = begun
        self.places = begun.places
        self.log = begun.log
        self.machine = dict(machine)
        self.env = dict(env)
        self.paths: list[str] = []
        self.status = SUCCESS
        self.is_late = False
        self.steps: list[StepResult] = []
        self.posts: list[tuple[str, Callable[[], None]]] = []
        self.summary = ""
        self.artifacts: list[str] = []
        self._deadline = time.monotonic() + begun.minutes * begun.workspace.minute
        self._count = 0

    def say(self, text: str) -> None:
        """This function will write what a step prints."""
        for line in text.split("\n"):
            self.log.output(line)

    def count(self) -> int:
        """This function will return the next number for files that only one step uses."""
        self._count += 1
        return self._count

    def seconds_left(self) -> float:
        """This function will return how long the job may still take."""
        return self._deadline - time.monotonic()

    def stop_for_lateness(self) -> None:
        """This function will cancel a job that took too long: steps that always run have five minutes."""
        self.is_late, self.status = True, CANCELLED
        self._deadline = time.monotonic() + _GRACE * max(self.begun.workspace.minute, 1.0)

    def artifacts_folder(self) -> Path:
        """This function will return where this run's artifacts lie, one folder each."""
        return self.begun.workspace.folder / "artifacts" / str(self.begun.trigger.run_id)

    def caches_folder(self) -> Path:
        """This function will return where caches lie."""
        return self.begun.workspace.folder / "caches"


class StepList:
    """Steps that see one another: those of a job, or those of a composite action."""

    def __init__(
        self, job: Job, *, inputs: Mapping[str, Any] | None = None, folder: Path | None = None
    ) -> None:
        """Begin with nothing done.

        Args:
            job: the job they belong to.
            inputs: of the composite action; None for the job's own steps.
            folder: of the composite action.
        """
        self.job = job
        self.inputs = inputs
        self.folder = folder
        self.done: dict[str, dict[str, Any]] = {}
        self.status = SUCCESS
        self.env: dict[str, str] = {}  # of the step that uses the composite action

    def environment(self, own: Mapping[str, str] | None = None) -> dict[str, str]:
        """This function will return the variables that a step's expressions see as `env`."""
        return {**self.job.env, **self.env, **(own or {})}

    def process_environment(self, own: Mapping[str, str]) -> dict[str, str]:
        """This function will return what a step's program finds in its environment."""
        job, github = self.job, self.job.begun.contexts["github"]
        told = {
            f"GITHUB_{name.upper()}": str(github[name])
            for name in (*_TOLD, "event_path")
            if github.get(name) is not None
        }
        action = {"GITHUB_ACTION_PATH": str(self.folder)} if self.folder else {}
        merged = {**job.machine, **told, **action, **self.environment(), **own}
        merged["PATH"] = os.pathsep.join([*reversed(job.paths), merged["PATH"]])
        return merged

    def scope(self, own: Mapping[str, str] | None = None) -> Scope:
        """This function will return what a step's expressions may read."""
        job = self.job
        github = dict(job.begun.contexts["github"])
        if self.folder is not None:
            github["action_path"] = str(self.folder)
        status = self.status if self.folder is not None else job.status
        return Scope(
            contexts={
                **job.begun.contexts,
                "github": github,
                "inputs": job.begun.contexts["inputs"] if self.inputs is None else self.inputs,
                "env": self.environment(own),
                "steps": self.done,
                "job": {"status": job.status},
                "runner": {
                    "os": "Linux",
                    "arch": "X64",
                    "name": job.machine["RUNNER_NAME"],
                    "environment": "github-hosted",
                    "temp": str(job.places.temp),
                    "tool_cache": str(job.places.tools),
                },
            },
            status={name: status == said for name, said in _STATUS.items()},
            workspace=job.places.workspace,
        )


_GRACE = 5.0  # minutes
_STATUS = {"success": SUCCESS, "failure": FAILURE, "cancelled": CANCELLED}
_TOLD = (
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "run_id",
    "run_number",
    "run_attempt",
    "actor",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "head_ref",
    "base_ref",
    "event_name",
    "sha",
    "ref",
    "ref_name",
    "ref_type",
    "ref_protected",
    "job",
    "server_url",
    "api_url",
    "graphql_url",
    "workspace",
    "retention_days",
)
