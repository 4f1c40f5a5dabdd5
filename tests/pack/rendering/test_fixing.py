"""What `autofix.yml` runs."""

from __future__ import annotations

import pytest

from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig
from bot.pack.detecting import ecosystem_of
from bot.pack.rendering.fixing import fixes_of
from tests.support.packs import PIPELINES, pack_of, workflows_of

_CARGO = """\
cargo clippy --fix --allow-dirty --allow-staged --workspace --all-targets
cargo fmt --all"""


@pytest.mark.parametrize(
    ("project", "run"),
    [
        (ProjectConfig(kind=Kind.CARGO), _CARGO),
        (ProjectConfig(kind=Kind.CARGO, commands={"clippy": None}), "cargo fmt --all"),
        (
            ProjectConfig(kind=Kind.CARGO, commands={"clippy": "cargo clippy -- -D warnings", "fmt": None}),
            "cargo clippy --fix --allow-dirty --allow-staged",
        ),
        (
            ProjectConfig(
                kind=Kind.PYTHON,
                manager="uv",
                commands={"fmt": "uvx ruff format --check .", "lint": "uvx ruff check ."},
            ),
            "uvx ruff check --fix --exit-zero .\nuvx ruff format .",
        ),
        (
            ProjectConfig(
                kind=Kind.PYTHON,
                manager="poetry",
                commands={"fmt": "poetry run black --check .", "lint": "pylint x"},
            ),
            "poetry run black .",
        ),
        (
            ProjectConfig(kind=Kind.NODE, commands={"fmt": "npx prettier --check .", "lint": "npm run lint"}),
            "npx prettier --write .",
        ),
        (
            ProjectConfig(kind=Kind.NODE, commands={"fmt": "npm run format:check"}),
            "asked=$(npm pkg get scripts.format)\n[ \"$asked\" = '{}' ] || npm run format",
        ),
        (ProjectConfig(kind=Kind.GO), "find . -name '*.go' -not -path './vendor/*' -exec gofmt -w {} +"),
    ],
)
def test_what_is_mended_is_what_is_checked(project: ProjectConfig, run: str) -> None:
    """The tools that a project's checks run, told to write; the linters before the formatter."""
    (fix,) = fixes_of(PipelineConfig(projects={"main": project}), ecosystem_of)
    assert fix.run == run


def test_nothing_is_guessed() -> None:
    """A project whose checks nobody knows to mend is left out, and the workflow still is one."""
    commands: dict[str, str | None] = {"fmt": "make fmt\nmake more", "clippy": "make lint"}
    pipeline = PipelineConfig(projects={"main": ProjectConfig(kind=Kind.CARGO, commands=commands)})
    assert fixes_of(pipeline, ecosystem_of) == ()


def test_every_project_is_set_up_before_it_is_mended() -> None:
    """Each has its toolchain, without a cache: what runs there writes nothing that others take."""
    steps = workflows_of(pack_of("mixed"))["autofix.yml"]["jobs"]["mend"]["steps"]
    setups = [step["with"] for step in steps if step.get("uses", "").endswith("pilothouse-setup")]
    assert [step["kind"] for step in setups] == [
        project.kind for project in PIPELINES["mixed"].projects.values()
    ]
    assert all("scope" not in step for step in setups)
