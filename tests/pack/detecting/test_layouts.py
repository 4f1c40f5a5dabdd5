from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.pack.detecting import detect, ecosystem_of, ecosystems, manifest_names
from tests.support.layouts import NAMES, layout, layout_of

if TYPE_CHECKING:
    from bot.pack.model import Found

FOUND = {
    "cargo-nested": [
        (
            "cargo . rust: seine errors seine_globs seine_printer ci seine_hidden | sn | "
            "integration pcre2-proptests globs-matching printer-matching"
        ),
    ],
    "cargo-virtual": [
        (
            "cargo . rust 1.80.0: tests-integration tide tide-macros tide-util |  | "
            "process-stdio net-tls tide-rt-common tide-util-rt-common"
        ),
    ],
    "cargo-single": ["cargo . rust 1.76: gauge | gauge gauge-report | execution-order-tests integration"],
    "uv-workspace": ["python . python uv: moor_core moor_graph plugins/rope |  | integration"],
    "poetry": ["python . python poetry:  |  | "],
    "npm-workspaces": ["node . node npm: @lantern/web @lantern/wick |  | e2e"],
    "pnpm": ["node . node pnpm: brisk create-brisk |  | "],
    "go-work": [
        (
            "go . go 1.24.3: ./... ./apps/advisor/... ./pkg/storage/unified/... ./pkg/promlib/... | "
            "obsctl observatory | e2e"
        ),
        "go pkg/alone alone 1.22: ./integration/... ./internal/... | alone | integration",
    ],
    "mixed": [
        "cargo . rust: reef-core reef-server | reef-server | core-api server-api",
        "go relay relay:  | relay | ",
        "node web web yarn:  |  | e2e",
        "python python python uv:  |  | e2e",
        "node tools/web tools-web npm:  |  | ",
    ],
    "empty": [],
    "existing-workflows": ["cargo . rust: buoy |  | "],
    "initialised": ["cargo . rust: anchor-cli anchor-core | anchor-cli | "],
}


def _line(one: Found) -> str:
    head = " ".join(word for word in (one.kind, one.folder, one.name, one.manager, one.version) if word)
    parts = (
        [member.name for member in one.members],
        one.binaries,
        [suite.name for suite in one.suites],
    )
    return f"{head}: " + " | ".join(" ".join(part) for part in parts)


@pytest.mark.parametrize("name", NAMES)
def test_a_repository_is_found_as_it_is_laid_out(name: str) -> None:
    """Projects with their members, programs and suites, the outermost first; what is brought along is none."""
    assert [_line(one) for one in detect(layout(name))] == FOUND[name]


def test_libraries_of_the_system_are_known_by_the_crates_that_bind_to_them() -> None:
    """A build that lacks libssl-dev fails in a way that nobody new to the repository understands."""
    nested, mixed = detect(layout("cargo-nested"))[0], detect(layout("mixed"))[0]
    assert (nested.system, mixed.system) == (("libssl-dev", "pkg-config"), ("protobuf-compiler",))


@pytest.mark.parametrize(
    ("name", "project", "expected"),
    [
        ("poetry", 0, {"fmt": "poetry run black --check .", "lint": None, "types": "poetry run pyright"}),
        (
            "uv-workspace",
            0,
            {
                "types": "uv run --no-sync mypy .",
                "all-tests": "uv run --no-sync pytest --import-mode=importlib --junitxml=junit.xml "
                '|| [ "$?" -eq 5 ]',
            },
        ),
        ("mixed", 3, {"install": "uv sync --all-packages --extra test", "fmt": None, "lint": None}),
        (
            "mixed",
            2,
            {
                "fmt": None,
                "lint": None,
                "all-tests": "yarn test --ci --reporters=default --reporters=jest-junit",
            },
        ),
        (
            "npm-workspaces",
            0,
            {
                "lint": "npm run lint --workspaces --if-present",
                "types": "npx tsc --noEmit",
                "all-tests": "npm test -- --run --reporter=default --reporter=junit "
                "--outputFile.junit=junit.xml",
            },
        ),
        (
            "pnpm",
            0,
            {
                "build": "pnpm -r --if-present run build",
                "fmt": "npx prettier --check .",
                "types": "pnpm run typecheck",
            },
        ),
    ],
)
def test_jobs_call_the_tools_that_a_project_uses(
    name: str, project: int, expected: dict[str, str | None]
) -> None:
    """A job for a tool that the project does not have would be red from the first day.

    Members of a workspace have tests of the same names: https://github.com/pytest-dev/pytest/issues/10385.
    """
    assert dict(detect(layout(name))[project].commands) == expected


def test_an_ecosystem_is_one_file() -> None:
    """Each kind has exactly one, and says which files it reads."""
    kinds = [one.kind for one in ecosystems()]
    assert kinds == ["cargo", "go", "node", "python"]
    assert all(ecosystem_of(kind).kind is kind for kind in kinds)
    assert {"Cargo.toml", "go.mod", "package.json", "pyproject.toml"} <= manifest_names()


def test_five_thousand_members_are_found() -> None:
    """Patterns over as many folders take no time that grows with their square."""
    files = {"Cargo.toml": b'[workspace]\nmembers = ["crates/**"]\n'}
    for number in range(5000):
        package = f'[package]\nname = "c{number}"\n[dependencies]\nc1 = {{path = "../../g1/c1"}}\n'
        files[f"crates/g{number % 70}/c{number}/Cargo.toml"] = package.encode()
    assert len(detect(layout_of(files))[0].members) == 5000
