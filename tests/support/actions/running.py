"""Runs a workflow of a repository: its jobs in order, one after the other."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.support.actions.contexts import github_context
from tests.support.actions.expressions import Scope, check_file
from tests.support.actions.graph import Graph
from tests.support.actions.model import RunResult, Trigger, WorkflowRefused, Workspace
from tests.support.actions.playing import Called, Playing
from tests.support.actions.reading import ALL, given_inputs, in_order, triggers
from tests.support.actions.using import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = ".github/workflows"


def run_workflow(workspace: Workspace, file: str, trigger: Trigger | None = None) -> RunResult:
    """This function will run a workflow as GitHub would, from what begins it to its last job.

    Raises:
        WorkflowRefused: where GitHub would not begin the run.
    """
    begun = _with_sha(workspace, trigger or Trigger())
    source = workspace.folder / "source" / begun.sha
    if not source.exists():
        _git("clone", "--quiet", "--no-checkout", str(workspace.repository), str(source))
        _git("-C", str(source), "checkout", "--quiet", "--detach", begun.sha)
    run = _Run(workspace=workspace, trigger=begun, source=source)
    workflow = run.read(f"{_FOLDER}/{file}")
    if begun.event not in triggers(workflow):
        raise WorkflowRefused(f"{file} is not begun by {begun.event}")
    secrets, inputs = begun.secrets, given_inputs(workflow, begun.event, begun.inputs)
    return run.play(Called(workflow=workflow, file=file, inputs=inputs, secrets=secrets, allowed=ALL))


def _with_sha(workspace: Workspace, trigger: Trigger) -> Trigger:
    if trigger.sha:
        return trigger
    return replace(
        trigger, sha=_git("-C", str(workspace.repository), "rev-parse", f"{trigger.ref}^{{commit}}")
    )


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    workspace: Workspace
    trigger: Trigger
    source: Path

    def read(self, path: str) -> dict[str, Any]:
        if not (self.source / path).is_file():
            raise WorkflowRefused(f"workflow was not found: {path}")
        check_file(self.source / path, path)
        return read_yaml(self.source / path)

    def play(self, called: Called) -> RunResult:
        contexts = {
            "github": self._github(called),
            "inputs": dict(called.inputs),
            "vars": dict(self.trigger.variables),
            "secrets": dict(called.secrets),
        }
        scope = Scope(contexts=contexts, status={}, workspace=self.source)
        graph = Graph(called.workflow["jobs"])
        playing = Playing(
            workspace=self.workspace,
            trigger=self.trigger,
            source=self.source,
            contexts=contexts,
            called=called.holding(called.workflow, scope),
            graph=graph,
            call=self._call,
        )
        for key in in_order(called.workflow["jobs"]):
            graph.note(key, playing.job(key))
        declared = ((triggers(called.workflow).get("workflow_call") or {}).get("outputs")) or {}
        ended = replace(scope, contexts={**contexts, "jobs": graph.everything()})
        uploads = self.workspace.folder / "artifacts" / str(self.trigger.run_id)
        return RunResult(
            name=scope.text(called.workflow.get("run-name") or called.workflow.get("name") or called.file),
            conclusion=graph.conclusion(),
            jobs=graph.shown(),
            artifacts={one.name: one for one in sorted(uploads.glob("*"))},
            outputs={name: ended.text(about["value"]) for name, about in declared.items()},
        )

    def _github(self, called: Called) -> dict[str, Any]:
        top = called.top or called.workflow  # a called workflow sees the name of the one that was begun
        return github_context(self.trigger, top, called.file)

    def _call(self, called: Called, uses: str) -> RunResult:
        path = uses.removeprefix("$/").removeprefix("./")
        workflow = self.read(path)
        if "workflow_call" not in triggers(workflow):
            raise WorkflowRefused(f"{path} is not reusable: it has no workflow_call")
        inputs = given_inputs(workflow, "workflow_call", called.inputs)
        file = path.removeprefix(f"{_FOLDER}/")
        return self.play(replace(called, workflow=workflow, file=file, inputs=inputs))
