"""Reads off a regular expression which texts a line must contain to match it, so that other lines need no search."""

from __future__ import annotations

import re
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]  # typeshed does not know how patterns are parsed
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST = 2  # characters of a text worth looking for
_MOST = 12  # texts of which one must be there

Texts = frozenset[str]  # one of them stands in every match; none: nothing is known


@cache
def required(pattern: re.Pattern[str]) -> Texts:
    """This function will return texts of which one stands in everything that the pattern matches, or none."""
    if pattern.flags & re.IGNORECASE:
        return frozenset()
    return _of_sequence(parser.parse(pattern.pattern, pattern.flags))


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> Texts:
    """The most telling of what each part of a sequence requires."""
    choices: list[Texts] = []
    run = ""
    for kind, value in items:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        choices += [frozenset({run}), _of_item(kind, value)]
        run = ""
    choices.append(frozenset({run}))
    known = [choice for choice in choices if choice and min(map(len, choice)) >= _SHORTEST]
    return max(known, key=lambda choice: (min(map(len, choice)), -len(choice)), default=frozenset())


def _of_item(kind: Any, value: Any) -> Texts:
    """What one part of a pattern requires, literals apart."""
    if kind is op.SUBPATTERN:
        _, added, _, items = value
        return frozenset() if added & re.IGNORECASE else _of_sequence(items)
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        least, _, items = value
        return _of_sequence(items) if least else frozenset()
    if kind is op.ATOMIC_GROUP:
        return _of_sequence(value)
    if kind is op.BRANCH:
        ways = [_of_sequence(items) for items in value[1]]
        texts: Texts = frozenset().union(*ways)
        return texts if all(ways) and len(texts) <= _MOST else frozenset()
    return frozenset()
