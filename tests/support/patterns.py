"""Collects every regular expression of the diagnosis and makes near misses of what it matches."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from re import _constants as op  # type: ignore[attr-defined]  # typeshed does not know how patterns are parsed
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import TYPE_CHECKING, Any

import bot.diagnosis
import bot.diagnosis.parsers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEEPEST = 5
_ENDLESS = 100  # repetitions, from which on a repeat has no bound worth the name
_PICKS = 'a1 ./:-_("x'
_OFTEN = (" ", "a", "1", "a.", "/")


def patterns_of_the_diagnosis() -> dict[str, re.Pattern[str]]:
    """This function will return every text pattern that a module of the diagnosis holds, by module and text."""
    found: dict[str, re.Pattern[str]] = {}
    for package in (bot.diagnosis, bot.diagnosis.parsers):
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for pattern in _patterns(list(vars(module).values()), _DEEPEST):
                found.setdefault(f"{info.name}: {pattern.pattern}", pattern)
    return found


def _patterns(held: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(held, re.Pattern):
        if isinstance(held.pattern, str):
            yield held
        return
    for inner in _inside(held) if depth else ():
        yield from _patterns(inner, depth - 1)


def _inside(held: Any) -> Iterable[Any]:
    if isinstance(held, list | tuple | set | frozenset):
        return held
    if isinstance(held, dict):
        return held.values()
    if is_dataclass(held) and not isinstance(held, type):
        return [getattr(held, one.name) for one in fields(held)]
    return [cell.cell_contents for cell in getattr(held, "__closure__", None) or ()]


def near_misses(pattern: re.Pattern[str], length: int) -> set[str]:
    """This function will return lines that a pattern matches nearly, each with something repeated up to a length."""
    repeats: list[tuple[str, str]] = []
    _sample(parser.parse(pattern.pattern, pattern.flags), "", repeats)
    lines = set()
    for before, piece in repeats:
        for one in (piece, *_OFTEN):
            if one:
                lines.add((before + one * length)[:length] + "\x02")
                lines.add(((before + one * 3) * length)[:length] + "\x02")
    return lines


def _sample(items: Iterable[tuple[Any, Any]], before: str, repeats: list[tuple[str, str]]) -> str:
    """A text that the items match, as far as that is simple; notes what stands before each endless repeat."""
    text = ""
    for kind, value in items:
        text += _sample_of(kind, value, before + text, repeats)
    return text


def _sample_of(kind: Any, value: Any, before: str, repeats: list[tuple[str, str]]) -> str:
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        least, most, inner = value
        piece = _sample(inner, before, repeats)
        if most >= _ENDLESS:
            repeats.append((before, piece))
        return piece * max(int(least), 1)
    if kind in {op.SUBPATTERN, op.ATOMIC_GROUP}:
        return _sample(value[3] if kind is op.SUBPATTERN else value, before, repeats)
    if kind is op.BRANCH:
        ways: list[str] = [_sample(way, before, repeats) for way in value[1]]
        return ways[0]
    return _character(kind, value)


def _character(kind: Any, value: Any) -> str:
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.IN:
        return _pick(value)
    if kind in {op.ANY, op.NOT_LITERAL}:
        return "a" if value != ord("a") else "b"
    return ""  # an anchor or a look around


def _pick(members: list[tuple[Any, Any]]) -> str:
    """A character of a set, or any one where the set is unusual."""
    flags = "".join(f"\\{_CATEGORIES[value]}" for kind, value in members if kind is op.CATEGORY)
    single = "".join(re.escape(chr(value)) for kind, value in members if kind is op.LITERAL)
    ranges = "".join(
        f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        for kind, value in members
        if kind is op.RANGE
    )
    wanted = re.compile(f"[{'^' if members[0][0] is op.NEGATE else ''}{flags}{single}{ranges}]")
    found = next((one for one in _PICKS if wanted.match(one)), None)
    literals = [chr(value) for kind, value in members if kind is op.LITERAL]
    return found or (literals or ["a"])[0]


_CATEGORIES = {
    op.CATEGORY_DIGIT: "d", op.CATEGORY_NOT_DIGIT: "D", op.CATEGORY_SPACE: "s", op.CATEGORY_NOT_SPACE: "S",
    op.CATEGORY_WORD: "w", op.CATEGORY_NOT_WORD: "W",
}  # fmt: skip
