"""Real tests, each made worse in every way by chance, and laid out anew: what is worse is refused, and nothing else."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.decisions.model import Standing
from bot.supervision.fixing.guarding import guard
from bot.supervision.fixing.guards.model import GuardTerms
from tests.support.patches import patch_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDERS = ("gates", "merging", "releases", "deployments", "commands")
TERMS = GuardTerms(files=1, lines=10_000)
ASSERT = re.compile(r"^( +)assert\b.*[^(\[{,]$", re.MULTILINE)


def sample(number: int) -> list[Path]:
    """This function will choose some of this repository's own files of tests, the same ones each time."""
    found = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("test_*.py"))
    return random.Random(7).sample(found, number)  # noqa: S311 - no secret depends on it


def worse(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """This function will make a file of tests worse in one place, in each way that fits."""
    tests = list(re.finditer(r"^(async )?def test_", text, re.MULTILINE))
    one = chance.choice(tests)
    yield "renamed", text[: one.start()] + text[one.start() :].replace("def test_", "def check_", 1)
    # The mark is what a fix may not add; no test of ours bears it.
    yield "skipped", f"{text[: one.start()]}@pytest.mark.skip\n{text[one.start() :]}"
    lines = [found for found in ASSERT.finditer(text) if '"""' not in found[0]]
    if not lines:
        return
    line = chance.choice(lines)
    rest = {
        "dropped": f"{line[1]}pass",
        "hollow": f"{line[1]}assert True",
        "hidden": f"{line[1]}# {line[0].strip()}\n{line[1]}pass",
        "turned": line[0].replace(" == ", " != ", 1),
        "another number": re.sub(r"== (\d+)\b", lambda found: f"== {found[1]}1", line[0], count=1),
    }
    for name, said in rest.items():
        if said != line[0]:
            yield name, text[: line.start()] + said + text[line.end() :]


@pytest.mark.parametrize("path", sample(15), ids=lambda path: path.stem)
def test_what_is_worse_is_refused(path: Path) -> None:
    """Each way to weaken one of the tests is found."""
    text, name = path.read_text(encoding="utf-8"), f"tests/{path.name}"
    for kind, changed in worse(text, random.Random(path.name)):  # noqa: S311 - as above
        found = {one.name: one.standing for one in guard(patch_of({name: (text, changed)}), TERMS)}
        assert found["tests"] is Standing.UNMET, kind


def test_what_is_laid_out_anew_is_not() -> None:
    """A formatter with other settings changes hundreds of lines, and weakens no test."""
    paths = sample(15)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        call = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "60", "-"]
        narrow = subprocess.run(call, input=text, check=True, capture_output=True, text=True).stdout
        assert narrow != text
        changed = guard(patch_of({f"tests/{path.name}": (narrow, text)}), TERMS)
        assert [one.text for one in changed if one.is_open] == []
