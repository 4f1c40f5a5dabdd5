"""Finds what a policy says about its pipeline that cannot be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.config.calendar import names_a_time
from bot.config.pipeline import Kind, Registry, Target
from bot.config.sense_infrastructure import sense_of_infrastructure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.pipeline import PipelineConfig
    from bot.config.sense import Mistake

_MANAGERS = {Kind.PYTHON: ("uv", "poetry", "pip"), Kind.NODE: ("npm", "pnpm", "yarn")}
_BUILDS_PROGRAMS = (Kind.CARGO, Kind.GO)  # others are for package indexes
_OPENS = "${{"  # what GitHub fills in before a shell sees it: a program inside a program
_LAST = frozenset({"ci-build", "integration-tests", "tests-all"})  # the checks that merges wait for
_OWN = _LAST | {"all-tests"}  # jobs that the workflows have themselves
_PART = r"(?:\*|\d+|[A-Za-z]{3})"
_FIELD = rf"{_PART}(?:[-/,]{_PART})*"
# Without L, # and ?: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
_CRON = re.compile(rf"{_FIELD}(?: +{_FIELD}){{4}}")


def sense_of_pipeline(said: PipelineConfig | None) -> Iterator[Mistake]:
    """This function will find what cannot be meant under the key `pipeline`."""
    if said is not None:
        for check in (
            _projects,
            _belonging,
            _shell,
            _names,
            _times,
            _releasing,
            _images,
            sense_of_infrastructure,
        ):
            yield from check(said)


def _projects(said: PipelineConfig) -> Iterator[Mistake]:
    for name, project in said.projects.items():
        allowed = _MANAGERS.get(project.kind, ())
        if project.manager and project.manager not in allowed:
            words = f"one of {', '.join(allowed)}" if allowed else "nothing: it has one tool only"
            yield ("pipeline", "projects", name, "manager"), f"for {project.kind} it can be {words}"


def _belonging(said: PipelineConfig) -> Iterator[Mistake]:
    named: list[tuple[tuple[str, ...], str | None]] = [
        (("groups", name), group.project) for name, group in said.groups.items()
    ]
    named += [(("suites", name), suite.project) for name, suite in said.suites.items()]
    if said.release is not None:
        named.append((("release",), said.release.project))
    for place, project in named:
        if project is not None and project not in said.projects:
            yield ("pipeline", *place, "project"), f"{project} is none of `projects`"


def _shell(said: PipelineConfig) -> Iterator[Mistake]:
    lines: list[tuple[tuple[str, ...], str]] = [
        (("suites", name, "run"), suite.run) for name, suite in said.suites.items()
    ]
    for name, project in said.projects.items():
        lines += [(("projects", name, "commands", job), text or "") for job, text in project.commands.items()]
    for place, text in lines:
        if _OPENS in text:
            yield (
                ("pipeline", *place),
                f"it may not hold {_OPENS}: GitHub would write text of others into the program",
            )


def _names(said: PipelineConfig) -> Iterator[Mistake]:
    for part in ("groups", "suites"):
        for name in getattr(said, part):
            if name in _OWN:
                yield ("pipeline", part, name), "the workflow has a job of that name itself"
    for name, project in said.projects.items():
        for job in _LAST & project.commands.keys():
            where = ("pipeline", "projects", name, "commands", job)
            yield where, "the workflow has a job of that name itself"


def _times(said: PipelineConfig) -> Iterator[Mistake]:
    if said.nightly and not (_CRON.fullmatch(said.nightly) and names_a_time(said.nightly)):
        yield ("pipeline", "nightly"), "this is no cron expression; write 0 0 * * * for midnight UTC"


def _releasing(said: PipelineConfig) -> Iterator[Mistake]:
    release = said.release
    if release is None:
        return
    project = said.projects.get(release.project or next(iter(said.projects)))
    if project is not None and project.kind not in _BUILDS_PROGRAMS:
        words = f"programs are built of {' and '.join(_BUILDS_PROGRAMS)}; this one is {project.kind}"
        yield ("pipeline", "release", "project"), words
    if release.registry is Registry.ECR and said.infrastructure is None:
        yield ("pipeline", "release", "registry"), "`infrastructure` has to say in which region"
    if said.infrastructure is not None and Target.LINUX_X64 not in release.targets:
        yield (
            ("pipeline", "release", "targets"),
            "machines run linux-x64, so what is deployed has to be built for it",
        )


def _images(said: PipelineConfig) -> Iterator[Mistake]:
    release = said.release
    if release is None:
        return
    files: dict[str, str] = {}
    for name, image in release.images.items():
        place = ("pipeline", "release", "images", name)
        if missing := [one for one in image.binaries if one not in release.binaries]:
            yield (*place, "binaries"), f"{missing[0]} is none of the release's binaries"
        if files.setdefault(image.dockerfile, name) != name:
            yield (*place, "dockerfile"), f"the image {files[image.dockerfile]} has that one"
