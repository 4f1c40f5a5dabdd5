"""What a log parser is: the signs that call for it and the function that reads findings from a log."""

from __future__ import annotations

from collections.abc import Callable, Iterable  # noqa: TC003 - part of a plugin's public type
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, Location, SuiteResult  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.diagnosis.log.logs import Log


class Rank(IntEnum):
    """How near a finding is to the root of the failure: the least comes first."""

    ROOT = 0  # the tool that knows says what is wrong
    CONSEQUENCE = 1  # true, but because of something said elsewhere: a linker after the compiler
    LIKELY = 2  # known words near the failing exit, that might also be harmless
    GUESS = 3  # looks like a failure by its words and its place
    WRAPPER = 4  # only says that something failed: make's tail, an exit code


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One failure as a parser sees it, in places of `Log.lines` instead of text."""

    cause: Cause
    message: str
    places: tuple[int, ...]  # indexes into Log.lines worth quoting, in order
    rank: Rank = Rank.ROOT
    tests: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogParser:
    """A plugin that reads one tool's output."""

    name: str
    signs: tuple[str, ...]  # literal texts, one of which stands in every log this parser can read
    read: Callable[[Log], Iterable[Finding]]
    landmarks: tuple[str, ...] = ()  # texts rare enough to be looked for in a log too long to be kept whole
    suites: Callable[[Log], Iterable[SuiteResult]] | None = (
        None  # how its tests ended, where the tool says it
    )
