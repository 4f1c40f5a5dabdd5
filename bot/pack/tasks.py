"""Makes the jobs of a project: the usual ones of its ecosystem, with what the policy has run in their place."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.pack.model import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.config.pipeline import GroupConfig, ProjectConfig

TESTS = "all-tests"
GROUP = "group"
INSTALL = "install"
_NO_JOBS = frozenset({TESTS, GROUP, INSTALL})  # of ci-build.yml
_SECONDS = 60


def as_said(usual: Iterable[Task], project: ProjectConfig) -> tuple[Task, ...]:
    """This function will put the policy's commands in the place of the usual ones, drop what it drops, add its own."""
    tasks = {task.job: task for task in usual}
    for job, run in project.commands.items():
        if job in _NO_JOBS:
            continue
        if run is None:
            tasks.pop(job, None)
        else:
            tasks[job] = replace(tasks.get(job, Task(job=job, title=job, run=run)), run=run, tools=())
    return tuple(tasks.values())


def installing(usual: str, project: ProjectConfig) -> str:
    """This function will return what installs what a project rests on, as the policy has it; empty for nothing."""
    return project.commands.get(INSTALL, usual) or ""


def whole(usual: Task, project: ProjectConfig) -> Task:
    """This function will return the job that tests all of a project, as the policy has it."""
    run = project.commands.get(TESTS)
    return usual if run is None else replace(usual, run=run)


def part(usual: Task, project: ProjectConfig, group: GroupConfig) -> Task:
    """This function will return the job that tests a part of a project, as the policy has it.

    A command of the policy finds the part as `$PACKAGES`, separated by blanks.
    """
    minutes = -(-int(parse_duration(group.time_limit).total_seconds()) // _SECONDS)
    task = replace(usual, minutes=minutes, category=group.category)
    run = project.commands.get(GROUP)
    return task if run is None else replace(task, run=f"export PACKAGES={quoted(group.packages)}\n{run}")


def quoted(words: Sequence[str]) -> str:
    """This function will write words as one argument of a shell."""
    return shlex.quote(" ".join(words))


def listed(words: Iterable[str], before: str = "") -> str:
    """This function will write words as arguments of a shell, each after an option where one is given."""
    return " ".join(f"{before} {shlex.quote(word)}".lstrip() for word in words)
