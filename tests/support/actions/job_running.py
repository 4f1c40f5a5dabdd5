"""Runs one job on a fresh machine, from `Set up job` to its clean-up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.support.actions.contexts import TOKEN
from tests.support.actions.job import Job, StepList
from tests.support.actions.machine import machine_environment
from tests.support.actions.model import FAILURE, Annotation, JobResult
from tests.support.actions.steps import Defaults, run_posts, run_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.actions.job import Begun


def run_job(begun: Begun, definition: Mapping[str, Any], workflow: Mapping[str, Any]) -> JobResult:
    """This function will run the steps of a job and return what it left."""
    begun = _on_machine(begun)
    machine = machine_environment(begun.places, begun.workspace)
    job = Job(begun, machine, {})
    own = StepList(job)
    job.env |= own.scope().texts(workflow.get("env"))
    job.env |= own.scope().texts(definition.get("env"))
    _set_up(job)
    run_steps(definition["steps"], own, _defaults(own, workflow, definition))
    run_posts(job)
    job.log.line("Cleaning up orphan processes")
    outputs = {name: own.scope().text(value) for name, value in (definition.get("outputs") or {}).items()}
    return JobResult(
        name=begun.name,
        key=begun.key,
        conclusion=FAILURE if job.log.refused else job.status,
        log=job.log.content(),
        steps=tuple(job.steps),
        outputs={name: value for name, value in outputs.items() if value},
        annotations=(*job.log.annotations, *_lateness(job)),
        summary=job.summary,
        artifacts=tuple(job.artifacts),
        environment=environment_of(own, definition),
        permissions=begun.permissions,
    )


def _on_machine(begun: Begun) -> Begun:
    """The job's contexts with what only its machine knows."""
    event = begun.places.temp / "_github_workflow/event.json"
    event.parent.mkdir()
    github = {
        **begun.contexts["github"],
        "job": begun.key,
        "workspace": str(begun.places.workspace),
        "event_path": str(event),
    }
    event.write_text(json.dumps(github["event"]))
    begun.log.mask(TOKEN)
    return replace(begun, contexts={**begun.contexts, "github": github})


def environment_of(own: StepList, definition: Mapping[str, Any]) -> str:
    """This function will return the environment that a job deploys to, or nothing."""
    said = definition.get("environment")
    return own.scope().text(said["name"] if isinstance(said, dict) else said)


def _set_up(job: Job) -> None:
    log = job.log
    log.line("Current runner version: '2.335.0'")
    log.line("Runner Image Provisioner", "group")
    log.line("Hosted Compute Agent")
    log.line("", "endgroup")
    log.line("GITHUB_TOKEN Permissions", "group")
    for scope, level in {"metadata": "read", **job.begun.permissions}.items():
        log.line(f"{''.join(part.title() for part in scope.split('-'))}: {level}")
    log.line("", "endgroup")
    log.line("Secret source: Actions")
    log.line("Prepare workflow directory")
    log.line("Prepare all required actions")
    log.line(f"Complete job name: {job.begun.name}")


def _defaults(own: StepList, workflow: Mapping[str, Any], definition: Mapping[str, Any]) -> Defaults:
    told: dict[str, Any] = {}
    for place in (workflow, definition):
        told |= (place.get("defaults") or {}).get("run") or {}
    scope = own.scope()
    return Defaults(shell=scope.text(told.get("shell")), folder=scope.text(told.get("working-directory")))


def _lateness(job: Job) -> tuple[Annotation, ...]:
    """GitHub says only beside the log that a job took too long; the log says that it was cancelled."""
    if not job.is_late:
        return ()
    minutes = job.begun.minutes
    told = f"{int(minutes // 60)}h{int(minutes % 60)}m0s" if minutes >= 60 else f"{int(minutes)}m0s"
    message = f"The job has exceeded the maximum execution time of {told}"
    return (Annotation(level="error", message=message),)
