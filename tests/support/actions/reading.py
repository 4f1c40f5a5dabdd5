"""Reads a workflow file and holds what it asks for against what it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.actions.model import Unsupported, WorkflowRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEVELS = ("none", "read", "write")
SCOPES = (
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "security-events",
    "statuses",
)
_ORDINARY = {"contents": "read", "packages": "read"}  # GitHub's restricted default
ALL = dict.fromkeys(SCOPES, "write")
_JOB_KEYS = {
    "name",
    "if",
    "needs",
    "runs-on",
    "timeout-minutes",
    "permissions",
    "strategy",
    "steps",
    "env",
    "outputs",
    "defaults",
    "environment",
    "concurrency",
    "continue-on-error",
    "uses",
    "with",
    "secrets",
}


def permissions_of(workflow: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, str]:
    """This function will return what a job's token may do: the job's own word, else the workflow's, else GitHub's."""
    said = job.get("permissions", workflow.get("permissions"))
    if said is None:
        return dict(_ORDINARY)
    if isinstance(said, str):
        return dict.fromkeys(SCOPES, said.removesuffix("-all"))
    return {name: level for name, level in said.items() if level != "none"}


def hold_permissions(name: str, asked: Mapping[str, str], allowed: Mapping[str, str]) -> None:
    """This function will refuse a called workflow whose job asks for more than its caller may.

    https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
    """
    more = {
        scope: level
        for scope, level in asked.items()
        if _LEVELS.index(level) > _LEVELS.index(allowed.get(scope, "none"))
    }
    if more:
        raise WorkflowRefused(f"{name} is requesting {more}, but is only allowed {dict(allowed)}")


def given_inputs(workflow: Mapping[str, Any], event: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """This function will return a run's inputs with defaults and types; what does not fit is refused."""
    declared = ((triggers(workflow).get(event) or {}).get("inputs")) or {}
    if unknown := given.keys() - declared.keys():
        raise WorkflowRefused(f"Unexpected inputs provided: {sorted(unknown)}")
    return {name: _input(name, about or {}, given.get(name)) for name, about in declared.items()}


def _input(name: str, about: Mapping[str, Any], value: Any) -> Any:
    if about.get("required") and value in {None, ""}:
        raise WorkflowRefused(f"Required input '{name}' not provided")
    if value is None:
        value = about.get("default", {"boolean": False, "number": 0}.get(about.get("type", "string"), ""))
    if about.get("type") == "boolean":
        return value in {True, "true"}
    if about.get("type") == "number":
        return float(value)
    if about.get("type") == "choice" and value not in about["options"]:
        raise WorkflowRefused(
            f"Provided value '{value}' for input '{name}' not in the list of allowed values"
        )
    return str(value)


def triggers(workflow: Mapping[str, Any]) -> dict[str, Any]:
    """This function will return what begins a workflow, by event."""
    said = workflow["on"]
    if isinstance(said, dict):
        return said
    return dict.fromkeys([said] if isinstance(said, str) else said)


def needs_of(job: Mapping[str, Any]) -> list[str]:
    """This function will return the ids of the jobs that a job waits for."""
    said = job.get("needs") or []
    return [said] if isinstance(said, str) else list(said)


def in_order(jobs: Mapping[str, Any]) -> list[str]:
    """This function will return the ids of jobs so that each stands behind those it needs."""
    order: list[str] = []
    while len(order) < len(jobs):
        ready = [key for key in jobs if key not in order and set(needs_of(jobs[key])) <= set(order)]
        if not ready:
            raise WorkflowRefused("The workflow contains a cycle, or needs a job that it does not have")
        order += ready
    for key, job in jobs.items():
        if unknown := job.keys() - _JOB_KEYS:
            raise Unsupported(f"job {key} with {sorted(unknown)}")
    return order
