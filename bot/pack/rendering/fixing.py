"""What the formatters and linters of a pipeline's projects mend by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.pipeline import PipelineConfig, ProjectConfig

_CARGO = """\
cargo clippy --fix --allow-dirty --allow-staged --workspace --all-targets
cargo fmt --all"""
_GO = "gofmt -w ."
_NODE = """\
npm run --if-present lint -- --fix
npm run --if-present format"""
_PYTHON = """\
ruff check --fix --exit-zero .
ruff format ."""

_FIXES: Mapping[Kind, str] = {
    Kind.CARGO: _CARGO,
    Kind.GO: _GO,
    Kind.NODE: _NODE,
    Kind.PYTHON: _PYTHON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """How one project is mended."""

    project: str
    of: ProjectConfig
    run: str  # bash, in the project's folder


def fixes_of(pipeline: PipelineConfig) -> tuple[Fix, ...]:
    """This function will tell how each project of a pipeline is mended."""
    return tuple(
        Fix(project=name, of=project, run=_FIXES[project.kind]) for name, project in pipeline.projects.items()
    )
