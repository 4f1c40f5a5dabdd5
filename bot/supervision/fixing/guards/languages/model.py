"""What the guards know of a language: how its tests, its assertions and its ways to look away are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from bot.markdown import code

# A text that nobody ends goes on to the end of its line: so each is read once, however hostile.
QUOTED = r"\"(?:\\.|[^\"\\\n])*+(?:\"|$)|'(?:\\.|[^'\\\n])*+(?:'|$)"
_LONG = r"\"\"\".*?(?:\"\"\"|\Z)"
# How comments and literal texts are written, by family; a group for each.
C_LIKE = re.compile(
    rf"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>{_LONG}|{QUOTED})", re.DOTALL | re.MULTILINE
)
HASHED = re.compile(rf"(?P<comment>\#[^\n]*)|(?P<text>{_LONG}|{QUOTED})", re.DOTALL | re.MULTILINE)

_PLACES = re.compile(
    r"(?:^|/)(?:tests?|__tests__|specs?|e2e|integration[-_]tests?|testing|[\w.-]*\.tests?)/", re.IGNORECASE
)


class Sign(NamedTuple):
    """A way to write something that a fix may not add."""

    name: str  # as people know it
    pattern: re.Pattern[str]

    @property
    def shown(self) -> str:
        """Its name as safe Markdown: what is written so is shown as code."""
        return self.name if self.name.startswith(("a ", "an ", "unfinished ")) else code(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language."""

    suffixes: tuple[str, ...]
    noise: re.Pattern[str]  # comments and literal texts
    asserts: re.Pattern[str]  # where an assertion begins
    tests: tuple[re.Pattern[str], ...] = ()  # where a test begins; the group `name` is its name
    test_file: re.Pattern[str] | None = None  # the last part of the path of a file whose tests are run
    is_by_path: bool = False  # whether only tests in such files are run
    is_indented: bool = False  # whether a test's place is told by its indentation
    brace_ends: bool = False  # whether an assertion ends where a block begins
    hollow: tuple[Sign, ...] = ()  # assertions that hold always
    skips: tuple[Sign, ...] = ()  # how a test is left out; looked for in the code of tests, not in comments
    exits: tuple[Sign, ...] = ()  # how a program ends itself, as if it had succeeded; looked for in all code
    silences: tuple[Sign, ...] = ()  # how a tool is told to look away; looked for anywhere

    def holds_tests(self, path: str) -> bool:
        """This function will say whether a file of that path is one of tests."""
        name = path.rpartition("/")[2]
        return bool(_PLACES.search(path) or (self.test_file is not None and self.test_file.search(name)))


def sign(name: str, pattern: str) -> Sign:
    """This function will make a sign that is looked for in all lines, whatever its letters' case."""
    return Sign(name, re.compile(pattern, re.MULTILINE | re.IGNORECASE))


def exact(name: str, pattern: str) -> Sign:
    """This function will make a sign whose letters' case counts."""
    return Sign(name, re.compile(pattern, re.MULTILINE))
