"""The jobs of the workflows that build and test, as the templates take them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.pack.rendering.values import Own, as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig, SuiteConfig
    from bot.pack.model import Ecosystem, Task

_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]")
_CACHELESS = frozenset({"fmt", "security-audit"})  # they compile and install nothing
_TESTS = "tests"  # what all jobs that test a project share
_VARIANT = "${{ matrix.variant }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the machine of a job needs before it can begin."""

    project: str
    kind: str
    folder: str
    manager: str
    version: str
    system: str  # Debian packages
    tools: str
    scope: str  # which cache it takes; empty for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that a workflow has for one project."""

    id: str
    name: str  # as it is shown, and as its figures are told
    title: str
    run: str
    minutes: int
    category: str
    junit: str
    variants: tuple[str, ...]
    saves: bool  # whether what it leaves in the cache is kept for the jobs of its scope
    setup: Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Tests that a matrix runs beside others of their kind."""

    name: str
    run: str
    minutes: int
    category: str
    junit: str
    tolerance: float = 0.0  # by which part a figure may be worse; 0 where it measures nothing
    higher: tuple[str, ...] = ()  # patterns of the figures that should be high


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What a pipeline's workflows run."""

    builds: tuple[Job, ...]
    tests: tuple[Job, ...]
    groups: str  # JSON for a matrix
    suites: str


def jobs_of(pipeline: PipelineConfig, ecosystems: Mapping[Kind, Ecosystem]) -> Jobs:
    """This function will describe every job that builds or tests what a pipeline has."""
    return Jobs(
        builds=_named_once(_builds(pipeline, ecosystems)),
        tests=_named_once(_tests(pipeline, ecosystems)),
        groups=as_json([_group(name, pipeline, ecosystems) for name in pipeline.groups]),
        suites=as_json([_suite(name, said, pipeline, ecosystems) for name, said in pipeline.suites.items()]),
    )


def minutes(text: str) -> int:
    """This function will tell the whole minutes of a length of time."""
    return max(1, -(-parse_duration(text) // timedelta(minutes=1)))


def _builds(pipeline: PipelineConfig, ecosystems: Mapping[Kind, Ecosystem]) -> Iterator[Job]:
    for name, project in pipeline.projects.items():
        for task in ecosystems[project.kind].builds(project):
            job = _job(name, project, task, is_alone=len(pipeline.projects) == 1)
            scope = "" if task.job in _CACHELESS else Own(_with_variant(job.id, "-{}", task))
            yield replace(job, setup=replace(job.setup, scope=scope))


def _tests(pipeline: PipelineConfig, ecosystems: Mapping[Kind, Ecosystem]) -> Iterator[Job]:
    for name, project in pipeline.projects.items():
        task = replace(ecosystems[project.kind].tests(project), job="all-tests", variants=())
        yield _job(name, project, task, is_alone=len(pipeline.projects) == 1)


def _job(name: str, project: ProjectConfig, task: Task, *, is_alone: bool) -> Job:
    inside = [*([] if is_alone else [name]), *([_VARIANT] if task.variants else [])]
    return Job(
        id=_NOT_IN_AN_ID.sub("-", task.job if is_alone else f"{task.job}-{name}"),
        name=Own(f"{task.job} ({', '.join(inside)})" if inside else task.job),
        title=task.title,
        run=task.run,
        minutes=task.minutes,
        category=task.category,
        junit=task.junit,
        variants=task.variants,
        saves=True,
        setup=_setup(name, project, task),
    )


def _with_variant(text: str, ending: str, task: Task) -> str:
    return text + ending.format(_VARIANT) if task.variants else text


def _setup(name: str, project: ProjectConfig, task: Task) -> Setup:
    return Setup(
        project=name,
        kind=project.kind,
        folder=project.folder,
        manager=project.manager,
        version=project.version or "",
        system=" ".join(project.system),
        tools=",".join(task.tools),
        scope=f"{name}-{_TESTS}",
    )


def _group(name: str, pipeline: PipelineConfig, ecosystems: Mapping[Kind, Ecosystem]) -> dict[str, object]:
    said = pipeline.groups[name]
    project, of = _project(said.project, pipeline)
    task = ecosystems[of.kind].group(of, said)
    suite = Suite(
        name=name,
        run=task.run,
        minutes=minutes(said.time_limit),
        category=said.category,
        junit=task.junit,
    )
    return _flat(suite, _setup(project, of, task))


def _suite(
    name: str, said: SuiteConfig, pipeline: PipelineConfig, ecosystems: Mapping[Kind, Ecosystem]
) -> dict[str, object]:
    project, of = _project(said.project, pipeline)
    task = ecosystems[of.kind].tests(of)  # a suite has the same tools at hand, and leaves its results there
    suite = Suite(
        name=name,
        run=said.run,
        minutes=minutes(said.time_limit),
        category=said.category,
        junit=task.junit,
        tolerance=said.measures.tolerance if said.measures else 0.0,
        higher=said.measures.higher_is_better if said.measures else (),
    )
    return _flat(suite, _setup(project, of, task))


def _flat(suite: Suite, setup: Setup) -> dict[str, object]:
    told = asdict(suite) | asdict(setup)
    return told | {"higher": " ".join(suite.higher)}


def _project(name: str | None, pipeline: PipelineConfig) -> tuple[str, ProjectConfig]:
    chosen = name or next(iter(pipeline.projects))
    return chosen, pipeline.projects[chosen]


def _named_once(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Two projects whose names differ in a dot only would share a job."""
    made: dict[str, Job] = {}
    for job in jobs:
        own = job.id
        while own in made:
            own += "-"
        made[own] = replace(job, id=own)
    return tuple(made.values())
