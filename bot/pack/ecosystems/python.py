"""Python: projects of uv, Poetry and pip, and the workspaces of uv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.distributions import CALLS, NO_TESTS, REQUIREMENTS, RUNS, find_distributions
from bot.pack.manifests.suites import JUNIT
from bot.pack.model import Ecosystem, Task
from bot.pack.tasks import GROUP, TESTS, as_said, installing, listed, part, whole

if TYPE_CHECKING:
    from bot.config.pipeline import GroupConfig, ProjectConfig

# How each manager installs a project, runs a program of its environment, and builds what is published.
_INSTALLS = {
    "uv": """\
locked=()
[ ! -f uv.lock ] || locked=(--locked)
uv sync --all-packages "${locked[@]}\"""",
    "poetry": "poetry install --no-interaction",
    "pip": f"""\
python -m pip install --upgrade pip
for file in {listed(REQUIREMENTS)}; do
  [ ! -f "$file" ] || python -m pip install -r "$file"
done
if [ -f pyproject.toml ] || [ -f setup.py ]; then python -m pip install -e .; fi""",
}
_BUILDS = {
    "uv": "uv build --all-packages",
    "poetry": "poetry build",
    "pip": "pipx run build",
}


def _manager(project: ProjectConfig) -> str:
    return project.manager or "pip"


def _builds(project: ProjectConfig) -> tuple[Task, ...]:
    manager = _manager(project)
    runs = RUNS[manager]
    audited = f"""\
packages=$({_python(manager)} -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
{CALLS[manager]} pip-audit --path "$packages" --skip-editable"""
    return as_said(
        (
            Task(job="build", title="build", run=_BUILDS[manager]),
            Task(job="fmt", title="ruff format", run=f"{runs} ruff format --check .", minutes=10),
            Task(job="lint", title="ruff", run=f"{runs} ruff check .", minutes=10),
            Task(job="security-audit", title="pip-audit", run=audited, minutes=10),
        ),
        project,
    )


def _python(manager: str) -> str:
    return "python" if manager == "pip" else f"{RUNS[manager]} python"


def _tested(manager: str, places: str = "") -> str:
    """A project without tests has not failed them."""
    return f'{RUNS[manager]} pytest --junitxml={JUNIT}{places} || [ "$?" -eq {NO_TESTS} ]'


def _tests(project: ProjectConfig) -> Task:
    run = _tested(_manager(project))
    task = Task(job=TESTS, title="all tests", run=run, minutes=45, category="unit", junit=JUNIT)
    return whole(task, project)


def _group(project: ProjectConfig, group: GroupConfig) -> Task:
    run = _tested(_manager(project), f" {listed(group.packages)}")
    return part(Task(job=GROUP, title=", ".join(group.packages), run=run, junit=JUNIT), project, group)


ECOSYSTEM = Ecosystem(
    kind=Kind.PYTHON,
    find=find_distributions,
    prepares=lambda project: installing(_INSTALLS[_manager(project)], project),
    builds=_builds,
    tests=_tests,
    group=_group,
    ships=None,  # what it builds runs on any machine and goes to a package index
    manifests=("pyproject.toml", "setup.py", "setup.cfg", *REQUIREMENTS),
)
