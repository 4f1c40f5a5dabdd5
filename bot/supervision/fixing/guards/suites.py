"""Reads which tests files hold, how much code each has, and what it asserts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.supervision.fixing.guards.asserting import assertions
from bot.supervision.fixing.guards.languages.known import language_of
from bot.supervision.fixing.guards.reading import Code, read_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.supervision.fixing.guards.languages.model import Language

OUTSIDE = ""  # the name of what stands in a file of tests before the first one: helpers, fixtures
_SCOPE = re.compile(r"^([ \t]*)(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class TestCode:
    """All tests of one name."""

    __test__ = False  # it is none of pytest's

    path: str  # of the first of them
    language: Language
    count: int = 0
    weight: int = 0  # signs of code, without comments and layout
    asserts: Counter[str] = field(default_factory=Counter)


def read_suite(files: Iterable[tuple[str, str]], *, only_run: bool) -> dict[str, TestCode]:
    """This function will return the tests of files by their names.

    Args:
        files: paths and texts.
        only_run: whether tests in files that no tool takes for files of tests are left out.
    """
    found: dict[str, TestCode] = {}
    for path, text in files:
        language = language_of(path)
        if language is None or (only_run and language.is_by_path and not language.holds_tests(path)):
            continue
        code = read_code(text, language)
        parts = list(_parts(code, language))
        if len(parts) == 1 and not language.holds_tests(path):
            continue
        for name, part in parts:
            test = found.setdefault(name, TestCode(path=path, language=language))
            test.count += 1
            test.weight += len("".join(part.bare.split()))
            test.asserts += assertions(part, language)
    return found


def _parts(code: Code, language: Language) -> Iterator[tuple[str, Code]]:
    """What stands outside of tests, then each test by its name with what follows it."""
    begins = sorted(
        {
            match.start(): (match.start("name"), match.end("name"))
            for pattern in language.tests
            for match in pattern.finditer(code.bare)
        }.items()
    )
    ends = [begin for begin, _ in begins]
    yield OUTSIDE, code.part(0, ends[0] if ends else len(code.bare))
    scopes = _scopes(code.bare) if language.is_indented else {}
    for (begin, (first, last)), end in zip(begins, [*ends, len(code.bare)][1:], strict=True):
        yield scopes.get(first) or code.text[first:last].strip("\"'`"), code.part(begin, end)


def _scopes(bare: str) -> dict[int, str]:
    """The full name of what is defined, by the place of its name: within which classes and functions it stands."""
    found: dict[int, str] = {}
    within: list[tuple[int, str]] = []
    for match in _SCOPE.finditer(bare):
        depth = len(match[1].expandtabs())
        within = [*(each for each in within if each[0] < depth), (depth, match[2])]
        found[match.start(2)] = ".".join(name for _, name in within)
    return found
