"""What the formatters and linters of a pipeline's projects mend by themselves: what their checks would complain of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig
    from bot.pack.model import Ecosystem

# What checks, and what mends the same.
_MENDING = (
    (re.compile(r"cargo clippy(.*?) -- -D warnings"), r"cargo clippy --fix --allow-dirty --allow-staged\1"),
    (re.compile(r"cargo fmt(.*?) -- --check"), r"cargo fmt\1"),
    (re.compile(r"ruff check(?! --fix)"), "ruff check --fix --exit-zero"),
    (re.compile(r"(ruff format|black|isort) --check"), r"\1"),
    (re.compile(r"prettier --check"), "prettier --write"),
)
_GOFMT = "gofmt -l "  # its check has lines around it that nothing mends
_GOFMT_MENDS = "find . -name '*.go' -not -path './vendor/*' -exec gofmt -w {} +"
_SCRIPT = "run format:check"  # a package's own script, beside which most have one that writes
_SCRIPT_MENDS = """\
asked=$(npm pkg get scripts.format)
[ "$asked" = '{{}}' ] || {command}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """How one project is mended."""

    project: str
    of: ProjectConfig
    prepares: str  # bash that installs what it rests on; empty for none
    run: str  # bash, in the project's folder


def fixes_of(pipeline: PipelineConfig, ecosystem_of: Callable[[Kind], Ecosystem]) -> tuple[Fix, ...]:
    """This function will tell how the projects of a pipeline are mended, those of which anything can be."""
    return tuple(_fixes(pipeline, ecosystem_of))


def _fixes(pipeline: PipelineConfig, ecosystem_of: Callable[[Kind], Ecosystem]) -> Iterator[Fix]:
    for name, project in pipeline.projects.items():
        ecosystem = ecosystem_of(project.kind)
        # Linters go first: what they write is formatted then.
        tasks = sorted(ecosystem.builds(project), key=lambda task: task.job == "fmt")
        mending = [line for task in tasks for line in _mending(task.run)]
        if mending:
            prepares = ecosystem.prepares(project)
            yield Fix(project=name, of=project, prepares=prepares, run="\n".join(mending))


def _mending(run: str) -> Iterator[str]:
    """What mends what a check of one line complains of; nothing where that is not known."""
    if _GOFMT in run:
        yield _GOFMT_MENDS
    elif _SCRIPT in run:
        yield _SCRIPT_MENDS.format(command=run.replace(_SCRIPT, "run format"))
    elif "\n" not in run:
        for check, mends in _MENDING:
            if check.search(run):
                yield check.sub(mends, run)
                return
