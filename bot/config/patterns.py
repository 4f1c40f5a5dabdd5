"""Refuses regular expressions that a short text could keep busy for hours."""

from __future__ import annotations

import re
import warnings
from re import _parser  # type: ignore[attr-defined] # the only way to see how an expression is built
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_MATCHED = 100  # of a value that is held against a pattern
_MOST_OPEN = 4  # repeats that can each give back what they took: the work grows with this power of the length
_FEW = 20  # a repeat of no more than so many steps counts as so many parts
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_ELSEWHERE = {"GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT"}


def problem_of_pattern(pattern: str, *, most_open: int = _MOST_OPEN) -> str:
    """This function will say what is wrong with a regular expression, or "" where it can be used.

    Args:
        pattern: The expression.
        most_open: How many repeats without a bound it may have: fewer where it meets longer texts.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what will mean something else one day is refused today
            re.compile(pattern)
            found = list(_dangers(_parser.parse(pattern), times=1, is_open=False))
    except (re.error, Warning, RecursionError, OverflowError) as error:
        return f"it is no regular expression: {error}"
    if -1 in found:
        return "it may not refer back or look around"
    if 0 in found:
        return "a repeat, or alternatives, within a repeat can take for ever on a short text"
    return f"it may have {most_open} repeats without a bound" if sum(found) > most_open else ""


def _dangers(parsed: Any, *, times: int, is_open: bool) -> Iterator[int]:
    """For each open repeat how often it occurs; 0 for one within another, -1 for a part that looks elsewhere."""
    for operation, argument in parsed:
        name, inner_times, inner_open = str(operation), times, is_open
        if name in _ELSEWHERE:
            yield -1
        if name == "BRANCH" and is_open:
            yield 0
        if name in _REPEATS:
            most = int(argument[1])
            inner_open = is_open or most > _FEW
            inner_times = times if most > _FEW else times * max(1, most)
            if most > _FEW:
                yield 0 if is_open else times
        for part in _nested(argument):
            yield from _dangers(part, times=inner_times, is_open=inner_open)


def _nested(argument: Any) -> list[Any]:
    """The sequences of parts within an argument, however it holds them."""
    if isinstance(argument, _parser.SubPattern):
        return [argument]
    if isinstance(argument, list | tuple):
        return [found for one in argument for found in _nested(one)]
    return []
