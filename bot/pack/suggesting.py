"""Suggests the pipeline of a repository from what was found in it: a person only has to change what is not so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.pipeline import (
    GroupConfig,
    ImageConfig,
    PipelineConfig,
    ProjectConfig,
    ShippingConfig,
    SuiteConfig,
)
from bot.pack.detecting import ecosystem_of
from bot.pack.manifests.naming import job_name, short_names, unique
from bot.pack.manifests.places import ROOT, from_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.pack.model import Found, Layout, Member

DOCKERFILE = "Dockerfile"
_OWN_JOBS = ("plan", "all-tests", "integration-tests", "tests-all")
_MOST_JOBS = 20  # of one project: beyond them its parts are bundled by folder
_MOST_IN_ONE = 50
_MOST_MEMBERS = (
    400  # beyond them only the whole is tested: naming them all would be longer than a policy may be
)
_MOST_SUITES = 100
_MOST_PROJECTS = 50
_MOST_BINARIES = 50
# Names by which tests of a kind go in many projects; the job's own category holds for all others.
_CATEGORIES = {
    "property": ("*proptest*", "*prop_*", "*quickcheck*"),
    "security": ("*security*",),
    "performance": ("*perf_*", "*bench_*"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Members that are tested by one job."""

    name: str
    members: tuple[Member, ...]


def suggest(found: Sequence[Found], layout: Layout) -> PipelineConfig | None:
    """This function will suggest a pipeline; None where nothing was found that could be built."""
    chosen = found[:_MOST_PROJECTS]
    if not chosen:
        return None
    return PipelineConfig(
        projects={one.name: _project(one) for one in chosen},
        groups=dict(_groups(chosen)),
        suites=dict(_suites(chosen)),
        categories=_CATEGORIES,
        release=_shipping(chosen, layout),
    )


def _project(found: Found) -> ProjectConfig:
    return ProjectConfig(
        kind=found.kind,
        folder=found.folder,
        manager=found.manager,
        system=found.system,
        commands=dict(found.commands),
    )


def _groups(found: Sequence[Found]) -> Iterator[tuple[str, GroupConfig]]:
    """A job for each part of a project that has several."""
    taken = set(_OWN_JOBS)
    for number, project in enumerate(found):
        for part in _parts(project):
            name = _free(_of_tests(part.name), project, taken)
            packages = tuple(member.name for member in part.members)
            yield name, GroupConfig(project=project.name if number else None, packages=packages)


def _of_tests(name: str) -> str:
    return name if {"test", "tests"} & set(name.split("-")) else f"{name}-tests"


def _parts(project: Found) -> Iterator[_Part]:
    members = project.members
    if not 1 < len(members) <= _MOST_MEMBERS:
        return
    if len(members) <= _MOST_JOBS:
        short = short_names([member.name for member in members])
        for member in members:
            name = job_name(short[member.name].strip("./")).strip("_")
            yield _Part(name=name or project.name, members=(member,))
        return
    folders: dict[str, list[Member]] = {}
    for member in members:
        folders.setdefault(_bundle(member, project.folder), []).append(member)
    for folder, bundled in folders.items():
        for start in range(0, len(bundled), _MOST_IN_ONE):
            number = f"-{start // _MOST_IN_ONE + 1}" if start else ""
            chosen = tuple(bundled[start : start + _MOST_IN_ONE])
            yield _Part(name=f"{job_name(folder)}{number}", members=chosen)


def _bundle(member: Member, folder: str) -> str:
    """The outer folder by which a member of many is bundled; for the outermost one its own name."""
    inner = from_folder(member.folder, folder)
    return member.name if inner == ROOT else inner.partition("/")[0]


def _suites(found: Sequence[Found]) -> Iterator[tuple[str, SuiteConfig]]:
    taken = set(_OWN_JOBS)
    listed = [(number, project, suite) for number, project in enumerate(found) for suite in project.suites]
    for number, project, suite in listed[:_MOST_SUITES]:
        yield (
            _free(suite.name, project, taken),
            SuiteConfig(run=suite.run, project=project.name if number else None, category=suite.category),
        )


def _free(name: str, project: Found, taken: set[str]) -> str:
    """The name of a job, with its project's where another one has it already."""
    return unique(name if name.casefold() not in taken else job_name(f"{project.name}-{name}"), taken)


def _shipping(found: Sequence[Found], layout: Layout) -> ShippingConfig | None:
    """The programs of the first project that has some and whose tool can build them for another machine."""
    for number, project in enumerate(found):
        if project.binaries and ecosystem_of(project.kind).ships is not None:
            binaries = project.binaries[:_MOST_BINARIES]
            return ShippingConfig(
                project=project.name if number else None,
                binaries=binaries,
                images={
                    binaries[0].lower(): ImageConfig(binaries=binaries[:1], dockerfile=_dockerfile(layout))
                },
            )
    return None


def _dockerfile(layout: Layout) -> str:
    """A Dockerfile of their own builds the programs itself; that of the pack packs those that were built."""
    return f"docker/{DOCKERFILE}" if DOCKERFILE in layout.paths else DOCKERFILE
