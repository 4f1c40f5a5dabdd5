"""Plays the jobs of one workflow file: conditions, matrices, workflows that call workflows."""

from __future__ import annotations

from collections.abc import Callable, Mapping  # noqa: TC003 - fields' types
from dataclasses import dataclass, replace
from pathlib import Path  # noqa: TC003 - as above
from typing import Any

from tests.support.actions.contexts import TOKEN
from tests.support.actions.expressions import Scope
from tests.support.actions.graph import Graph, Played, worst
from tests.support.actions.job import Begun
from tests.support.actions.job_running import run_job
from tests.support.actions.log import JobLog
from tests.support.actions.machine import Places
from tests.support.actions.matrix import combinations, suffix
from tests.support.actions.model import (
    CANCELLED,
    FAILURE,
    SKIPPED,
    SUCCESS,
    JobResult,
    RunResult,
    Trigger,
    WorkflowRefused,
    Workspace,
)
from tests.support.actions.reading import hold_permissions, permissions_of

_LONGEST = 360  # minutes that a job may take where nothing is said
_DEEPEST = 10  # levels of workflows that call workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A workflow as it was called: by an event, or by a job of another."""

    workflow: Mapping[str, Any]
    file: str
    inputs: Mapping[str, Any]
    secrets: Mapping[str, str]
    allowed: Mapping[str, str]  # what the caller's token may
    top: Mapping[str, Any] | None = None  # the workflow that was begun, where another called this one
    prefix: str = ""  # of its jobs' names
    depth: int = 1
    groups: tuple[str, ...] = ()  # concurrency groups that are held while it runs

    def holding(self, part: Mapping[str, Any], scope: Scope) -> Called:
        """This function will enter the concurrency group of a workflow or a job; a caller's own is a deadlock.

        https://github.com/orgs/community/discussions/30708
        """
        said = part.get("concurrency")
        if said is None:
            return self
        group = scope.text(said["group"] if isinstance(said, dict) else said)
        if group in self.groups:
            raise WorkflowRefused(
                f"Canceling since a deadlock was detected for concurrency group: '{group}' between a top level "
                f"workflow and '{self.file}'"
            )
        return replace(self, groups=(*self.groups, group))


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """What the jobs of one workflow file have in common."""

    workspace: Workspace
    trigger: Trigger
    source: Path
    contexts: Mapping[str, Any]
    called: Called
    graph: Graph
    call: Callable[[Called, str], RunResult]

    def job(self, key: str) -> Played:
        """This function will play a job of the file, once for each part of its matrix."""
        definition = self.called.workflow["jobs"][key]
        asked = permissions_of(self.called.workflow, definition)
        hold_permissions(f"{self.called.file}: job {key}", asked, self.called.allowed)
        scope = Scope(
            contexts={**self.contexts, "needs": self.graph.needs(key)},
            status=self.graph.status(key),
            workspace=self.source,
        )
        parts = self._wanted(key, definition, scope) if scope.holds(definition.get("if")) else []
        if not parts:
            name = self.called.prefix + str(definition.get("name", key))
            skipped = JobResult(name=name, key=key, conclusion=SKIPPED)
            return Played(result=SKIPPED, shown=(skipped,))
        played: list[Played] = []
        for part in parts:
            is_over = part.fail_fast and any(one.result == FAILURE for one in played)
            played.append(_cancelled(part) if is_over else self._part(part, asked))
        return Played(
            result=worst(one.result for one in played),
            shown=tuple(job for one in played for job in one.shown),
            outputs={name: value for one in played for name, value in one.outputs.items()},
        )

    def _part(self, part: _Part, asked: Mapping[str, str]) -> Played:
        held = self.called.holding(part.definition, part.scope)
        if "uses" in part.definition:
            return self._of_called(part, asked, held)
        variables = {**self.contexts["vars"], **self.trigger.environments.get(part.environment(), {})}
        secrets = {**held.secrets, "GITHUB_TOKEN": TOKEN}
        places = Places.fresh(self.workspace.folder, self.trigger.full_name)
        result = run_job(
            Begun(
                key=part.key,
                name=part.name,
                workspace=self.workspace,
                trigger=self.trigger,
                source=self.source,
                places=places,
                log=JobLog(tuple(held.secrets.values()), str(places.root)),
                contexts={**part.scope.contexts, "vars": variables, "secrets": secrets},
                permissions=asked,
                minutes=float(part.scope.value(part.definition.get("timeout-minutes", _LONGEST))),
            ),
            part.definition,
            held.workflow,
        )
        forgiven = part.scope.value(part.definition.get("continue-on-error", False)) is True
        is_red = result.conclusion in {FAILURE, CANCELLED}
        told = SUCCESS if forgiven and is_red else result.conclusion
        return Played(result=told, shown=(result,), outputs=result.outputs)

    def _of_called(self, part: _Part, asked: Mapping[str, str], held: Called) -> Played:
        if held.depth >= _DEEPEST:
            raise WorkflowRefused(f"job {part.key}: too many levels of reusable workflows")
        said = part.definition.get("secrets") or {}
        result = self.call(
            replace(
                held,
                inputs=part.scope.value(part.definition.get("with") or {}),
                secrets=held.secrets if said == "inherit" else part.scope.texts(said),
                allowed=asked,
                top=held.top or held.workflow,
                prefix=f"{part.name} / ",
                depth=held.depth + 1,
            ),
            part.definition["uses"],
        )
        return Played(result=result.conclusion, shown=tuple(result.jobs.values()), outputs=result.outputs)

    def _wanted(self, key: str, definition: Mapping[str, Any], scope: Scope) -> list[_Part]:
        """The parts of a job's matrix that are asked for."""
        strategy = definition.get("strategy") or {}
        matrix = scope.value(strategy.get("matrix"))
        every = combinations(matrix) if matrix else [{}]
        if not every:
            raise WorkflowRefused(f"job {key}: Matrix vector does not contain any values")
        fail_fast = scope.value(strategy.get("fail-fast", True)) is not False
        parts = []
        for place, values in enumerate(every):
            told = {"fail-fast": fail_fast, "job-index": place, "job-total": len(every)}
            own = replace(scope, contexts={**scope.contexts, "matrix": values, "strategy": told})
            name = own.text(definition["name"]) if "name" in definition else f"{key}{suffix(values)}"
            parts.append(
                _Part(
                    key=key,
                    name=self.called.prefix + name,
                    scope=own,
                    definition=definition,
                    fail_fast=fail_fast,
                )
            )
        only = self.trigger.only if self.called.depth == 1 else ()
        return [part for part in parts if not only or key in only or part.name in only]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One job of a matrix; a job without one is a matrix of one."""

    key: str
    name: str
    scope: Scope
    definition: Mapping[str, Any]
    fail_fast: bool

    def environment(self) -> str:
        """This function will return the environment that it deploys to, or nothing."""
        said = self.definition.get("environment")
        return self.scope.text(said["name"] if isinstance(said, dict) else said)


def _cancelled(part: _Part) -> Played:
    return Played(result=CANCELLED, shown=(JobResult(name=part.name, key=part.key, conclusion=CANCELLED),))
