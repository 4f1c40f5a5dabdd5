"""Makes of a workflow file what can be played: its jobs with their conditions, and what each leaves behind."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bot.localhub.scenarios.plans import JobPlan, Leaves, RunPlan
from bot.localhub.scenarios.rollouts import applies_what_was_planned
from bot.localhub.scenarios.workflow_files.expressions import evaluate, filled, names_status, written
from bot.localhub.scenarios.workflow_files.reading import combined, jobs_of
from bot.localhub.state.inputs import Unacceptable, declared_inputs
from bot.localhub.state.triggers import document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.localhub.scenarios.workflow_files.reading import FileJob
    from bot.localhub.state.actions import WorkflowRun

# By the names that jobs of the reference pipeline have.
_LEAVES: Mapping[str, Leaves] = {
    "ci-build": Leaves.FIGURES,
    "tests-all": Leaves.FIGURES,
    "integration-tests": Leaves.FIGURES,
    "terraform-plan": Leaves.PLAN,
    "deploy-binaries": Leaves.BINARIES,
    "terraform-destroy": Leaves.EMPTINESS,
    "create-release": Leaves.FILES,
}
_APPLY = "terraform-apply"


def _validated(inputs: Mapping[str, Any]) -> dict[str, str]:
    """What `validate-config` of deploy-prod.yml concludes from its inputs."""
    stage, builds = inputs.get("stage") or "", inputs.get("task") != "rollback"
    said = {
        "tests": builds and stage != "apply",
        "builds": builds and stage != "apply",
        "plans": builds and stage != "apply",
        "applies": builds and stage != "plan",
        "ships": stage != "plan",
    }
    return {name: written(value) for name, value in said.items()}


_OUTPUTS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, str]]] = {"validate-config": _validated}


def _outputs(key: str, inputs: Mapping[str, Any]) -> dict[str, str]:
    """What a job tells those that need it."""
    tell = _OUTPUTS.get(key)
    return tell(inputs) if tell is not None else {}


def title_of(run: WorkflowRun, files: Mapping[str, bytes]) -> str:
    """This function will give what the run is called: by its file's `run-name`; empty where it has none."""
    return written(
        filled(document_of(files.get(run.workflow.path, b"")).get("run-name", ""), _context(run, files))
    )


def plan_of_file(run: WorkflowRun, files: Mapping[str, bytes]) -> RunPlan:
    """This function will make of a run's workflow file what is played, all of it green."""
    context = _context(run, files)
    jobs = jobs_of(files, run.workflow.path, context)
    names: dict[str, list[str]] = defaultdict(list)
    for job in jobs:
        key = job.key
        while key:  # whoever needs the caller needs all that it calls
            names[key].append(job.name)
            key = key.rpartition("/")[0]
    planned = tuple(_planned(job, names, context) for job in jobs)
    if not applies_what_was_planned(run):
        planned = tuple(_failing(one) if one.name == _APPLY else one for one in planned)
    return RunPlan(path=run.workflow.path, name=run.workflow.name, jobs=planned)


def _planned(job: FileJob, names: Mapping[str, list[str]], context: Mapping[str, Any]) -> JobPlan:
    return JobPlan(
        name=job.name,
        steps=job.steps,
        needs=tuple(name for key in job.needs for name in names[key]),
        environment=job.environment,
        leaves=_LEAVES.get(job.id, Leaves.NOTHING),
        condition=_condition(job, names, context),
    )


def _failing(job: JobPlan) -> JobPlan:
    return JobPlan(
        name=job.name,
        steps=job.steps,
        needs=job.needs,
        environment=job.environment,
        failing_step=job.steps[-2],
        condition=job.condition,
    )


def _condition(
    job: FileJob, names: Mapping[str, list[str]], context: Mapping[str, Any]
) -> Callable[[Mapping[str, str | None]], bool]:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions."""

    def begins(done: Mapping[str, str | None]) -> bool:
        results = {key: combined([done[name] or "" for name in names[key]]) for key in job.needs}
        is_well = all(result == "success" for result in results.values())
        if not job.condition:
            return is_well
        told: dict[str, Any] = {
            **context,
            "inputs": job.inputs,
            "matrix": job.matrix,
            "needs": {
                key: {"result": result, "outputs": _outputs(key, job.inputs)}
                for key, result in results.items()
            },
            "always": lambda: True,
            "success": lambda: is_well,
            "failure": lambda: "failure" in results.values(),
            "cancelled": lambda: False,
        }
        return (is_well or names_status(job.condition)) and bool(evaluate(job.condition, told))

    return begins


def _context(run: WorkflowRun, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What expressions can name before a run."""
    branch = run.head_branch or ""
    is_tag = branch in run.repository.tags
    github = {
        "event_name": run.event,
        "ref": f"refs/{'tags' if is_tag else 'heads'}/{branch}",
        "ref_name": branch,
        "ref_type": "tag" if is_tag else "branch",
        "repository": run.repository.full_name,
        "sha": run.head_sha,
        "run_id": run.id,
        "run_number": run.number,
        "actor": run.actor.login,
    }
    return {"github": github, "inputs": _inputs(run, files), "vars": {}, "secrets": {}}


def _inputs(run: WorkflowRun, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The inputs with the kinds that the file declares."""
    try:
        declared = declared_inputs(files.get(run.workflow.path, b""))
    except Unacceptable:
        declared = {}
    if run.event != "workflow_dispatch":
        return {}
    return {
        name: value == "true" if name in declared and declared[name].kind == "boolean" else value
        for name, value in run.inputs.items()
    }
