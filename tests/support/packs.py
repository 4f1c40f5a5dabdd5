"""Pipelines of repositories of several kinds, and their packs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from bot.config.pipeline import (
    GroupConfig,
    ImageConfig,
    InfrastructureConfig,
    Kind,
    MeasuresConfig,
    PipelineConfig,
    ProjectConfig,
    ShippingConfig,
    SuiteConfig,
)
from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.pack.detecting import detect
from bot.pack.rendering.pack import About, pack_files
from bot.pack.suggesting import suggest
from tests.support.layouts import NAMES, layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

ABOUT = About(full_name="acme/breakwater", default_branch="main", bot_login="pilothouse[bot]")
# Text that would break out of the place where it stands, were it not written safely.
HOSTILE = (
    "true # x\" 'y' : # - [a] {b} &c *d !e |f >g %h @i `j` \\k [[ about ]] #% for x in y #= 1 \u2028 é 🦀"
)
TWISTED_LINES = f"{HOSTILE}\ncat <<'END'\n\n  indented\n\ttabbed\n---\n...\nEND\n"

CRATES = PipelineConfig(
    projects={"main": ProjectConfig(kind=Kind.CARGO, system=("libfuse3-dev",))},
    groups={
        "storage-tests": GroupConfig(packages=("breakwater-storage",)),
        "security-tests": GroupConfig(packages=("breakwater-auth",), category="security", time_limit="20m"),
    },
    suites={
        "jepsen-tests": SuiteConfig(run="cargo test --test jepsen", category="jepsen", time_limit="90m"),
        "perf-regression": SuiteConfig(
            run='cargo bench\ncat target/figures > "$MEASURES"',
            category="performance",
            measures=MeasuresConfig(tolerance=0.15, higher_is_better=("*_per_second",)),
        ),
    },
    categories={"property": ("*prop_*",)},
    release=ShippingConfig(
        binaries=("breakwaterd", "breakwater"),
        images={"breakwaterd": ImageConfig(binaries=("breakwaterd",))},
    ),
    infrastructure=InfrastructureConfig(state="acme-breakwater-state", artifacts="acme-breakwater-artifacts"),
)
MIXED = PipelineConfig(
    projects={
        "core": ProjectConfig(kind=Kind.CARGO, folder="core", version="1.90.0"),
        "web": ProjectConfig(kind=Kind.NODE, folder="web", manager="pnpm"),
        "tools.cli": ProjectConfig(kind=Kind.GO, folder="tools/cli"),
        "tools-cli": ProjectConfig(kind=Kind.PYTHON, folder="tools/py", manager="uv"),
    },
    groups={"api-tests": GroupConfig(project="tools-cli", packages=("tests/api",))},
    nightly="",
)
TOOLS: Mapping[str, PipelineConfig] = {
    f"{kind}-{manager}" if manager else kind.value: PipelineConfig(
        projects={"main": ProjectConfig(kind=kind, manager=manager)}, autofix=kind is not Kind.NODE
    )
    for kind, manager in (
        (Kind.PYTHON, "uv"),
        (Kind.PYTHON, "poetry"),
        (Kind.PYTHON, "pip"),
        (Kind.NODE, "npm"),
        (Kind.NODE, "yarn"),
        (Kind.GO, ""),
    )
}
TWISTED = PipelineConfig(
    projects={
        "on": ProjectConfig(
            kind=Kind.CARGO,
            folder="a/-b",
            version="1.90",
            commands={
                "fmt": HOSTILE,
                "clippy": TWISTED_LINES,
                "docs": None,
                "null": " begins with a blank\nand goes on",
                "yes": "ends with blanks  \nand goes on",
                "extra": "true",
            },
        )
    },
    groups={"no": GroupConfig(packages=("@scope/x", "y~z"), time_limit="30s")},
    suites={
        "y": SuiteConfig(run=f"{HOSTILE}\n{HOSTILE}", measures=MeasuresConfig(higher_is_better=(HOSTILE,)))
    },
    categories={"odd": (HOSTILE, "${{ secrets.GITHUB_TOKEN }}", "*")},
)


def _reference() -> PipelineConfig:
    text = files("bot").joinpath("templates", "config", "reference.yml").read_bytes()
    configuration = configuration_from_yaml(text)
    assert isinstance(configuration, RepositoryConfig)
    assert configuration.pipeline is not None
    return configuration.pipeline


def _suggested() -> Iterator[tuple[str, PipelineConfig]]:
    for name in NAMES:
        found = layout(name)
        pipeline = suggest(detect(found), found)
        if pipeline is not None:
            yield f"layout-{name}", pipeline


PIPELINES: Mapping[str, PipelineConfig] = {
    "reference": _reference(),
    "crates": CRATES,
    "mixed": MIXED,
    "twisted": TWISTED,
    **TOOLS,
    **dict(_suggested()),
}


@cache
def pack_of(name: str) -> Mapping[str, bytes]:
    """This function will make the pack of one of the pipelines above: contents by path."""
    return {file.path: file.content for file in pack_files(PIPELINES[name], ABOUT)}


def write_packs(folder: Path, names: Iterable[str] = PIPELINES) -> None:
    """This function will write the packs of pipelines above, each into a folder of its own."""
    for name in names:
        for path, content in pack_of(name).items():
            place = folder / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


@cache
def read_yaml(content: bytes | str) -> Any:
    """This function will read YAML as GitHub does: by the rules of version 1.2."""
    return YAML(typ="safe", pure=True).load(content)


def workflows_of(pack: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """This function will read the workflows of a pack, by the names of their files."""
    folder = ".github/workflows/"
    return {
        path.removeprefix(folder): read_yaml(text) for path, text in pack.items() if path.startswith(folder)
    }
