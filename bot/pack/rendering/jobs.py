"""The jobs of the workflows that build and test, as the templates take them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.pack.rendering.values import Own, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig
    from bot.pack.model import Ecosystem, Task

    Ecosystems = Callable[[Kind], Ecosystem]
    _Tested = tuple[int, dict[str, object]]  # how many minutes a job may take, and what is told of it

ALL_TESTS = "all-tests"
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]")
_CACHELESS = frozenset({"fmt", "security-audit"})  # of cargo: they compile nothing
_VARIANT = "${{ matrix.variant }}"
_USUAL_MINUTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job of `ci-build.yml`."""

    id: str
    name: str  # as it is shown, and as its figures are told
    title: str
    prepares: str  # bash that installs what the project rests on; empty for none
    run: str
    minutes: int
    category: str
    junit: str
    variants: tuple[str, ...]
    tools: str
    scope: str  # which cache it takes; empty for none
    project: str
    of: ProjectConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Jobs of one workflow that differ in what they run only."""

    names: Own  # an expression: all of them, or the one that was asked for
    minutes: Own | int
    table: bytes  # what each job runs, by its name


def builds_of(pipeline: PipelineConfig, ecosystem_of: Ecosystems) -> tuple[Job, ...]:
    """This function will describe the jobs of `ci-build.yml`."""
    jobs = (
        _job(
            (name, project), task, ecosystem_of(project.kind).prepares(project), is_alone=_is_alone(pipeline)
        )
        for name, project in pipeline.projects.items()
        for task in ecosystem_of(project.kind).builds(project)
    )
    return _named_once(jobs)


def tests_of(pipeline: PipelineConfig, ecosystem_of: Ecosystems) -> Matrix:
    """This function will describe the jobs of `tests-all.yml`: each project as a whole, then each group."""
    jobs: dict[str, _Tested] = {}
    for name, project in pipeline.projects.items():
        task = ecosystem_of(project.kind).tests(project)
        shown = ALL_TESTS if _is_alone(pipeline) else f"{ALL_TESTS} ({name})"
        jobs[shown] = task.minutes, _told(name, project, task, ecosystem_of) | {"saves": True}
    for name, group in pipeline.groups.items():
        of, project = _project(group.project, pipeline)
        task = ecosystem_of(project.kind).group(project, group)
        jobs[name] = minutes(group.time_limit), _told(of, project, task, ecosystem_of)
    return _matrix(jobs)


def suites_of(pipeline: PipelineConfig, ecosystem_of: Ecosystems) -> Matrix:
    """This function will describe the jobs of `integration-tests.yml`."""
    jobs: dict[str, _Tested] = {}
    for name, suite in pipeline.suites.items():
        of, project = _project(suite.project, pipeline)
        # A suite has the same tools at hand as all tests, and leaves its results where they do.
        task = replace(ecosystem_of(project.kind).tests(project), run=suite.run, category=suite.category)
        told = _told(of, project, task, ecosystem_of)
        if suite.measures is not None:
            higher = " ".join(suite.measures.higher_is_better)
            told |= {"tolerance": suite.measures.tolerance, "higher": higher}
        jobs[name] = minutes(suite.time_limit), told
    return _matrix(jobs)


def minutes(text: str) -> int:
    """This function will tell the whole minutes of a length of time."""
    return max(1, -(-parse_duration(text) // timedelta(minutes=1)))


def _told(name: str, project: ProjectConfig, task: Task, ecosystem_of: Ecosystems) -> dict[str, object]:
    return {
        "prepares": _lines(ecosystem_of(project.kind).prepares(project)),
        "run": _lines(task.run),
        "category": task.category,
        "junit": task.junit,
        "project": name,
        "kind": project.kind.value,
        "folder": project.folder,
        "manager": project.manager,
        "version": project.version or "",
        "system": " ".join(project.system),
        "tools": ",".join(task.tools),
        "scope": f"{name}-tests",
    }


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _matrix(jobs: dict[str, _Tested]) -> Matrix:
    names = literal(json.dumps([*jobs]))
    table = {name: told for name, (_, told) in jobs.items()}
    asked = "inputs.suite && fromJSON(format('[{0}]', toJSON(inputs.suite)))"
    return Matrix(
        names=Own(f"${{{{ {asked} || fromJSON({names}) }}}}"),
        minutes=_limit({name: limit for name, (limit, _) in jobs.items()}),
        table=(json.dumps(table, indent=1, ensure_ascii=False) + "\n").encode(),
    )


def _limit(limits: dict[str, int]) -> Own | int:
    if len(set(limits.values())) == 1:
        return next(iter(limits.values()))
    return Own(f"${{{{ fromJSON({literal(json.dumps(limits))})[matrix.name] || {_USUAL_MINUTES} }}}}")


def _job(project: tuple[str, ProjectConfig], task: Task, prepares: str, *, is_alone: bool) -> Job:
    name, of = project
    own = _NOT_IN_AN_ID.sub("-", task.job if is_alone else f"{task.job}-{name}")
    scope = "" if task.job in _CACHELESS and not prepares else own
    inside = [*([] if is_alone else [name]), *([_VARIANT] if task.variants else [])]
    return Job(
        id=own,
        name=Own(f"{task.job} ({', '.join(inside)})" if inside else task.job),
        title=task.title,
        prepares=prepares,
        run=task.run,
        minutes=task.minutes,
        category=task.category,
        junit=task.junit,
        variants=task.variants,
        tools=",".join(task.tools),
        scope=Own(f"{scope}-{_VARIANT}") if scope and task.variants else scope,
        project=name,
        of=of,
    )


def _is_alone(pipeline: PipelineConfig) -> bool:
    return len(pipeline.projects) == 1


def _project(name: str | None, pipeline: PipelineConfig) -> tuple[str, ProjectConfig]:
    chosen = name or next(iter(pipeline.projects))
    return chosen, pipeline.projects[chosen]


def _named_once(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Two projects whose names differ in a sign that an id cannot have would share a job."""
    made: dict[str, Job] = {}
    for job in jobs:
        own = job.id
        while own in made:
            own += "-"
        made[own] = replace(job, id=own)
    return tuple(made.values())
