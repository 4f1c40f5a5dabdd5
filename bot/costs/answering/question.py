"""Understands what `/cost` is asked."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - part of a public name's type
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence


class Period(StrEnum):
    """Of which days is asked."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "7d"
    MONTH = "month"
    SOURCES = "sources"  # of no days: where the figures come from


class Way(StrEnum):
    """By what the spend is parted."""

    SERVICE = "service"
    AGENT = "agent"
    PULL = "pr"
    ENVIRONMENT = "environment"


BY = "by"
_OTHER_WORDS: Mapping[str, Way] = {
    "services": Way.SERVICE,
    "agents": Way.AGENT,
    "prs": Way.PULL,
    "pull": Way.PULL,
    "env": Way.ENVIRONMENT,
    "environments": Way.ENVIRONMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    period: Period = Period.TODAY
    way: Way | None = None  # None for all of them


def question_of(words: str) -> Question | Refused:
    """This function will read the words after the verb: a period, and by what to part it, each may be left out."""
    rest = words.lower().split()
    period = Period.TODAY
    if rest and rest[0] != BY:
        named = rest.pop(0)
        if named not in set(Period):
            return _refused(named, Period)
        period = Period(named)
    if not rest:
        return Question(period=period)
    word = rest[1] if rest[0] == BY and len(rest) > 1 else rest[0]
    way = _OTHER_WORDS.get(word, word)
    if rest[0] != BY or len(rest) == 1 or way not in set(Way) or period is Period.SOURCES:
        return _refused(" ".join(rest), [f"{BY} {each}" for each in Way])
    return Question(period=period, way=Way(way))


def _refused(given: str, known: type[Period] | Sequence[str]) -> Refused:
    there_is = ", ".join(code(f"/cost {each}") for each in known)
    return Refused(
        reason=Reason.UNKNOWN_TOPIC, text=f"{code(given)} says nothing of costs; there is {there_is}."
    )
