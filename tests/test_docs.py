"""The documentation keeps to the product: what follows from the code is up to date, what it names exists."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from bot.cli import main
from bot.commands.model import Reason, Status
from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.config.settings import NAMES, SettingsError, settings_from_env
from scripts.reason_sentences import REASONS
from scripts.write_docs import STATUSES, texts

ROOT = Path(__file__).parent.parent
PAGES = sorted(["README.md", "CHANGELOG.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
# Names that begin like a setting and belong to the tests or to `make eval`.
OF_TOOLS = {"PILOTHOUSE_TEST_CHROMIUM", "PILOTHOUSE_CI_LOGS"}

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = sum(1 for other in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", other))
        found.add(f"{slug}-{count}" if count else slug)
    return found


def named(prefix: str) -> set[tuple[str, str]]:
    """(page, word) of every word that follows the prefix in code."""
    found: set[tuple[str, str]] = set()
    for name in PAGES:
        text = page(name)
        for code in [*_FENCE.findall(text), *_CODE.findall(_FENCE.sub("", text))]:
            found |= {(name, word) for word in re.findall(rf"(?:^|[\s/`]){prefix} ([a-z]+)\b", code)}
    return found


def said() -> str:
    """Every text constant of the product, and what it says without any setting."""
    constants = [
        node.value
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    with pytest.raises(SettingsError) as missing:
        settings_from_env({})
    return "\n".join([*constants, *missing.value.mistakes])


@pytest.mark.parametrize(("name", "text"), texts().items(), ids=texts().keys())
def test_what_follows_from_the_code_is_up_to_date(name: str, text: str) -> None:
    assert page(name) == text, "run: .venv/bin/python scripts/write_docs.py"


def test_every_state_and_reason_is_explained() -> None:
    assert set(STATUSES) == set(Status)
    assert set(REASONS) == set(Reason)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_picture_leads_somewhere(name: str) -> None:
    for target in _LINK.findall(_FENCE.sub("", page(name))):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), f"{name}: {target}"
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), f"{name}: {target}"


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    found = named("make")
    assert {"demo", "test"} <= {word for _, word in found}
    assert {(name, word) for name, word in found if word not in targets} == set()


def test_every_command_named_exists() -> None:
    found = named("pilothouse")
    assert {"serve", "demo", "diagnose"} <= {word for _, word in found}
    assert {(name, word) for name, word in found if word not in main.commands} == set()


def test_every_command_line_command_is_described() -> None:
    assert set(main.commands) == {word for _, word in named("pilothouse")}


@pytest.mark.parametrize("name", PAGES)
def test_every_setting_named_exists(name: str) -> None:
    assert set(re.findall(r"\bPILOTHOUSE_[A-Z_]+\b", page(name))) <= set(NAMES) | OF_TOOLS


@pytest.mark.parametrize("name", PAGES)
def test_every_file_named_exists(name: str) -> None:
    """Paths in code that begin with one of the repository's folders."""
    paths = re.findall(r"\b((?:bot|handlers|tests|scripts)/[\w./*-]*\w/?)(?=[`\s])", page(name))
    assert [path for path in paths if not any(ROOT.glob(path))] == []


def test_the_example_of_a_configuration_is_valid() -> None:
    example = re.search(r"```yaml\n(.*?)```", page("docs/configuration.md"), re.DOTALL)
    assert example is not None
    read = configuration_from_yaml(example[1].encode())
    assert isinstance(read, RepositoryConfig), read
    assert f"is valid: {len(read.environments)} environment(s)." in page("docs/configuration.md")


def test_the_example_of_settings_names_settings() -> None:
    example = re.search(r"```toml\n(.*?)```", page("docs/configuration.md"), re.DOTALL)
    assert example is not None
    keys = {"PORT" if key == "port" else f"PILOTHOUSE_{key.upper()}" for key in tomllib.loads(example[1])}
    assert keys <= set(NAMES)


def test_troubleshooting_quotes_what_the_product_says() -> None:
    section = page("docs/getting-started.md").partition("\n## Troubleshooting\n")[2]
    quoted = [message for message in _CODE.findall(section) if " " in message]
    assert len(quoted) > 15
    everything = said()
    assert [message for message in quoted if message not in everything] == []


def test_the_metrics_named_exist() -> None:
    everything = said()
    names = re.findall(r"`(pilothouse_[a-z_]+)", page("docs/getting-started.md"))
    assert len(names) > 5
    assert [name for name in names if name not in everything] == []


def test_the_wheel_is_named_by_its_version() -> None:
    version = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    wheels = re.findall(r"pilothouse-(\d\S+?)-py3", page("README.md"))
    assert set(wheels) == {version}


@pytest.mark.parametrize("name", PAGES)
def test_prose_is_wrapped(name: str) -> None:
    prose = _FENCE.sub("", page(name)).splitlines()
    long = [line for line in prose if len(line) > 120 and not line.startswith(("|", "![", "1. ["))]
    assert [line for line in long if not _LINK.search(line)] == []
