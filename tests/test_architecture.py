"""The rules of the house that no linter knows: the manifest fits the code, files stay small, nothing is left behind."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.github.operations import REQUIRED_PERMISSIONS
from handlers import ROUTES

ROOT = Path(__file__).parent.parent
# GitHub sends these to every App; a manifest cannot name them.
ALWAYS_SENT = {"installation", "installation_repositories", "ping", "github_app_authorization"}
LONGEST = 300


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


@pytest.fixture(scope="module")
def manifest() -> Any:
    return YAML(typ="safe").load(ROOT / "app.yml")


def test_the_manifest_asks_for_the_events_that_handlers_want(manifest: Any) -> None:
    assert set(manifest["default_events"]) == {route.event for route in ROUTES} - ALWAYS_SENT


def test_the_manifest_asks_for_the_permissions_that_operations_need_and_no_more(manifest: Any) -> None:
    assert manifest["default_permissions"] == {"metadata": "read"} | REQUIRED_PERMISSIONS


def test_every_module_says_in_one_sentence_what_it_is_for() -> None:
    for path in [*tracked("bot/**/*.py"), *tracked("handlers/**/*.py")]:
        if "migrations/versions" in str(path):
            continue
        first = path.read_text(encoding="utf-8").split('"""', 2)
        assert len(first) == 3, f"{path} has no module docstring"
        sentence = first[1].strip().split("\n\n")[0]
        assert sentence.endswith((".", "?", "!")), f"{path}: {sentence!r} is no sentence"


# The Test Anything Protocol marks unfinished tests by the word that is forbidden here.
PROTOCOL = {"node_test.py", "tap.py", "test_javascript_tools.py"}
# What no fix may write is named there, and tried.
GUARDED = {"languages", "guarding"}


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST
    }
    assert long == {}


def test_nothing_is_left_behind() -> None:
    """Unfinished work and unexplained exceptions stay out of the code."""
    words = "|".join(
        ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "NotImplemented" + "Error", "type: ig" + r"nore(?!\[)"]
    )
    marks = re.compile(rf"\b({words})|no" + r"qa(?!: [A-Z]+[0-9]+)")
    for path in tracked("*.py"):
        if path.name in PROTOCOL or path.parent.name in GUARDED:
            continue
        found = marks.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path}: {found}"


def test_no_file_knows_where_it_lies() -> None:
    for path in tracked("."):
        if path.suffix not in {".gz", ".png"}:
            assert str(ROOT).encode() not in path.read_bytes(), path


def test_the_lock_serves_every_registry() -> None:
    """It names versions and hashes; where they come from is the machine's own configuration."""
    addresses = set(re.findall(r'https?://[^"]+', (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert addresses == {"https://index.invalid/simple"}


def test_the_readme_describes_every_folder_by_its_own_sentence() -> None:
    """The tree in the README is made of the modules' own docstrings, so that it cannot grow old."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in [*(ROOT / "bot").iterdir(), ROOT / "handlers", ROOT / "handlers" / "commands"]:
        package = folder / "__init__.py"
        if package.exists():
            sentence = package.read_text(encoding="utf-8").split('"""')[1].strip()
            assert sentence in readme, f"README lacks the sentence of {folder.name}: {sentence}"
