"""Node.js: packages of npm, pnpm and Yarn, and their workspaces."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.packages import USUAL, find_packages, script_line
from bot.pack.manifests.suites import JUNIT
from bot.pack.model import Ecosystem, Task
from bot.pack.tasks import GROUP, TESTS, as_said, installing, part, whole

if TYPE_CHECKING:
    from bot.config.pipeline import GroupConfig, ProjectConfig

_INSTALLS = {
    "npm": """\
if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then npm ci; else npm install; fi""",
    "pnpm": "pnpm install --frozen-lockfile",
    "yarn": """\
if [ -f .yarnrc.yml ]; then yarn install --immutable; else yarn install --frozen-lockfile; fi""",
}
_AUDITS = {
    "npm": "npm audit --audit-level=high",
    "pnpm": "pnpm audit --audit-level=high",
    "yarn": """\
if [ -f .yarnrc.yml ]; then yarn npm audit --all --recursive --severity high; else yarn audit --level high; fi""",
}
_IN_ONE = {
    "npm": "npm test --workspace={name}",
    "pnpm": "pnpm --filter={name} test",
    "yarn": "yarn workspace {name} test",
}
# Node's own test runner tells its results by this; other runners do not read it, and older ones of Node refuse it.
# https://nodejs.org/docs/latest-v20.x/api/test.html#test-reporters
_REPORTED = f"""\
if grep -qE 'node( [^"]*)? --test' package.json; then
  export NODE_OPTIONS="--test-reporter=spec --test-reporter-destination=stdout \\
    --test-reporter=junit --test-reporter-destination=$PWD/{JUNIT}"
fi
"""


def _manager(project: ProjectConfig) -> str:
    return project.manager or "npm"


def _builds(project: ProjectConfig) -> tuple[Task, ...]:
    manager = _manager(project)
    return as_said(
        (
            Task(job="build", title="build", run=script_line(manager, USUAL["build"])),
            Task(job="fmt", title="format", run=script_line(manager, USUAL["fmt"]), minutes=10),
            Task(job="lint", title="lint", run=script_line(manager, USUAL["lint"])),
            Task(job="security-audit", title=f"{manager} audit", run=_AUDITS[manager], minutes=10),
        ),
        project,
    )


def _tests(project: ProjectConfig) -> Task:
    run = _REPORTED + script_line(_manager(project), "test")
    task = Task(job=TESTS, title="all tests", run=run, minutes=45, category="unit", junit=JUNIT)
    return whole(task, project)


def _group(project: ProjectConfig, group: GroupConfig) -> Task:
    """The tests of each package, of all of them even where those of one fail."""
    one = _IN_ONE[_manager(project)]
    lines = [f"{one.format(name=shlex.quote(name))} || failed=$?" for name in group.packages]
    run = "\n".join(["failed=0", *lines, 'exit "$failed"'])
    return part(Task(job=GROUP, title=", ".join(group.packages), run=run, junit=JUNIT), project, group)


ECOSYSTEM = Ecosystem(
    kind=Kind.NODE,
    find=find_packages,
    prepares=lambda project: installing(_INSTALLS[_manager(project)], project),
    builds=_builds,
    tests=_tests,
    group=_group,
    ships=None,  # what it builds runs on any machine and goes to a package index
    manifests=("package.json", "pnpm-workspace.yaml"),
)
