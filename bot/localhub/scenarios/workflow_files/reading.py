"""Reads the jobs of a workflow file: those of a matrix one by one, those of the workflows it calls under its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from bot.localhub.scenarios.workflow_files.expressions import filled, written
from bot.localhub.state.triggers import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HERE = ("./", "$/")  # in the work tree, at the workflow's own commit
_DEEPEST = (
    4  # https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
)
_COUNTS = {"success": 3, "skipped": 2, "cancelled": 1, "failure": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileJob:
    """A job as the file has it, of a matrix one of them."""

    key: str  # under which others need it, within its file: those of a matrix share it
    id: str  # of the job in the file that has it, whoever calls it
    name: str
    steps: tuple[str, ...]
    needs: tuple[str, ...] = ()  # keys
    condition: str = ""
    environment: str = ""
    matrix: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)


def jobs_of(files: Mapping[str, bytes], path: str, context: Mapping[str, Any]) -> tuple[FileJob, ...]:
    """This function will list the jobs of a workflow file, those of workflows that it calls among them.

    Args:
        files: of the commit.
        path: of the workflow file.
        context: what expressions can name before the run: github, inputs, vars.
    """
    return tuple(_jobs(files, path, dict(context), _DEEPEST))


def _jobs(files: Mapping[str, bytes], path: str, context: dict[str, Any], depth: int) -> Iterator[FileJob]:
    for key, job in (document_of(files.get(path, b"")).get("jobs") or {}).items():
        if "uses" in job and depth:
            yield from _called(files, (key, job), context, depth)
        else:
            for values in _combinations(job, context):
                yield _job(key, job, context | {"matrix": values})


def _called(
    files: Mapping[str, bytes], caller: tuple[str, Mapping[str, Any]], context: dict[str, Any], depth: int
) -> Iterator[FileJob]:
    """The jobs of a called workflow stand under the name of the job that calls it, and wait for what that needs."""
    key, job = caller
    path = str(job["uses"])
    path = path[2:] if path.startswith(_HERE) else path
    given = {name: filled(value, context) for name, value in (job.get("with") or {}).items()}
    within = context | {"inputs": _defaults(files.get(path, b"")) | given}
    title = written(filled(job.get("name", key), context))
    for one in _jobs(files, path, within, depth - 1):
        needs = tuple(f"{key}/{need}" for need in one.needs) or _listed(job.get("needs"))
        yield FileJob(
            key=f"{key}/{one.key}",
            id=one.id,
            name=f"{title} / {one.name}",
            steps=one.steps,
            needs=needs,
            condition=one.condition or ("" if one.needs else str(job.get("if", ""))),
            environment=one.environment,
            matrix=one.matrix,
            inputs=one.inputs,
        )


def _defaults(content: bytes) -> dict[str, Any]:
    trigger = (document_of(content).get("on") or {}).get("workflow_call") or {}
    return {name: (one or {}).get("default", "") for name, one in (trigger.get("inputs") or {}).items()}


def _job(key: str, job: Mapping[str, Any], context: Mapping[str, Any]) -> FileJob:
    environment = job.get("environment", "")
    if isinstance(environment, dict):
        environment = environment.get("name", "")
    values = context["matrix"]
    plain = f"{key} ({', '.join(map(written, values.values()))})" if values else key
    return FileJob(
        key=key,
        id=key,
        name=written(filled(job.get("name", plain), context)),
        steps=("Set up job", *(_step(one) for one in job.get("steps") or ()), "Complete job"),
        needs=_listed(job.get("needs")),
        condition=str(job.get("if", "")),
        environment=written(filled(environment, context)),
        matrix=values,
        inputs=context.get("inputs", {}),
    )


def _step(step: Mapping[str, Any]) -> str:
    if "name" in step:
        return str(step["name"])
    return f"Run {step['uses']}" if "uses" in step else f"Run {str(step.get('run', '')).splitlines()[0]}"


def _listed(needs: Any) -> tuple[str, ...]:
    return (needs,) if isinstance(needs, str) else tuple(needs or ())


def _combinations(job: Mapping[str, Any], context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations."""
    matrix = filled((job.get("strategy") or {}).get("matrix") or {}, context) or {}
    axes = {
        key: filled(values, context) for key, values in matrix.items() if key not in {"include", "exclude"}
    }
    found = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())] if axes else []
    more: list[dict[str, Any]] = []
    for one in filled(matrix.get("include"), context) or []:
        own = {
            key: value for key, value in one.items() if key in axes
        }  # what was only added may be overwritten
        fitting = [each for each in found if all(each[key] == value for key, value in own.items())]
        for each in fitting:
            each.update(one)
        if not fitting:
            more.append(dict(one))
    return [*found, *more] or [{}]


def combined(results: list[str]) -> str:
    """This function will give the result of jobs that share a key, as `needs` tells it: the worst."""
    return min(results, key=lambda result: _COUNTS.get(result, 0), default="skipped")
