"""Reads what tests expect, so that it can be told whether they expect less or something else."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.supervision.fixing.guards.languages.model import Language
    from bot.supervision.fixing.guards.reading import Code

_LONGEST = 4000  # characters of an assertion
_OPENS, _CLOSES = "([{", ")]}"
_GOES_ON = re.compile(r"\s*\??\.[A-Za-z_]")  # a chain of calls over several lines
_LAYOUT = re.compile(r"[\s,;()\"'`\\]")  # what formatters change
_NUMBER = re.compile(r"(?<![\w.])\d[\w.]*")
_CONSTANT = re.compile(r"\b(?:True|False|true|false|None|null|nil|undefined|NaN)\b")
_OPERATOR = re.compile(
    r"===|!==|==|!=|<=|>=|&&|\|\||(?<=\s)[<>](?=\s)|!(?=\w)|\b(?:not|in|is|and|or|instanceof)\b"
)
_VERB = re.compile(
    r"\b(?:\w*assert\w*|expect\w*|require\w*|verify\w*|check\w*|should\w*|must\w*|refute\w*|raises|warns|throws\w*|rejects|"
    r"resolves|to[A-Z]\w*|be[A-Z]\w*|EXPECT_\w+|ASSERT_\w+|XCT\w+)",
    re.IGNORECASE,
)
_INSERTED = re.compile(r"\{[^{}\n]{0,100}\}")  # in a message: the same value may stand in it or behind it


def assertions(code: Code, language: Language) -> Counter[str]:
    """This function will return the assertions of a file, each as it is written."""
    found: Counter[str] = Counter()
    end = 0
    for begin in language.asserts.finditer(code.bare):
        if begin.start() >= end:
            end = _end(code.bare, begin.end(), is_open=begin[0][-1] in _OPENS, brace_ends=language.brace_ends)
            found[code.plain[begin.start() : end]] += 1
    return found


def same_form(statement: str) -> str:
    """This function will return an assertion without what formatters change."""
    return _LAYOUT.sub("", statement)


def expectations(statements: Iterable[str], language: Language) -> Counter[str]:
    """This function will return what assertions compare, and with what: values, operators, verbs."""
    return Counter(told for statement in statements for told in _told(statement, language))


def _end(bare: str, position: int, *, is_open: bool, brace_ends: bool) -> int:
    """Where an assertion ends: at the end of a line, outside of brackets."""
    depth = 1 if is_open else 0
    last = min(len(bare), position + _LONGEST)
    while position < last:
        sign = bare[position]
        if depth == 0 and sign == ("{" if brace_ends else ";"):
            return position
        if depth == 0 and sign == "\n" and not _GOES_ON.match(bare, position):
            return position
        depth += (sign in _OPENS) - (sign in _CLOSES)
        if depth < 0:
            return position
        position += 1
    return position


def _told(statement: str, language: Language) -> Iterator[str]:
    outside = []
    end = 0
    for found in language.noise.finditer(statement):
        outside.append(statement[end : found.start()])
        end = found.end()
        yield "text " + _INSERTED.sub("{}", same_form(found[0]))
    rest = " ".join((*outside, statement[end:]))
    yield from (found[0].lower().replace("_", "") for found in _NUMBER.finditer(rest))
    for pattern in (_CONSTANT, _OPERATOR, _VERB):
        yield from (found[0] for found in pattern.finditer(rest))
