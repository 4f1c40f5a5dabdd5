"""What the formatters and linters of a pipeline's projects mend by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.distributions import RUNS
from bot.pack.manifests.packages import script_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.config.pipeline import PipelineConfig, ProjectConfig
    from bot.pack.model import Ecosystem

_CARGO = """\
cargo clippy --fix --allow-dirty --allow-staged --workspace --all-targets
cargo fmt --all"""
_GO = "find . -name '*.go' -not -path './vendor/*' -exec gofmt -w {} +"


def _node(project: ProjectConfig) -> str:
    manager = project.manager or "npm"
    return f"""\
asked=$(npm pkg get scripts.format)
[ "$asked" = '{{}}' ] || {script_line(manager, "format")}"""


def _python(project: ProjectConfig) -> str:
    runs = RUNS[project.manager or "pip"]
    return f"""\
{runs} ruff check --fix --exit-zero .
{runs} ruff format ."""


_FIXES: Mapping[Kind, Callable[[ProjectConfig], str]] = {
    Kind.CARGO: lambda _: _CARGO,
    Kind.GO: lambda _: _GO,
    Kind.NODE: _node,
    Kind.PYTHON: _python,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """How one project is mended."""

    project: str
    of: ProjectConfig
    prepares: str  # bash that installs what it rests on; empty for none
    run: str  # bash, in the project's folder


def fixes_of(pipeline: PipelineConfig, ecosystem_of: Callable[[Kind], Ecosystem]) -> tuple[Fix, ...]:
    """This function will tell how each project of a pipeline is mended."""
    return tuple(
        Fix(
            project=name,
            of=project,
            prepares=ecosystem_of(project.kind).prepares(project),
            run=_FIXES[project.kind](project),
        )
        for name, project in pipeline.projects.items()
    )
