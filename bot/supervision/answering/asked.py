"""Understands what `/agent` is asked: which agent, what of it, how many lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.commands.model import Reason, Refused
from bot.markdown import code
from bot.supervision.answering.model import Act

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.commands.model import Command

USUAL_LINES, MOST_LINES = 40, 200
_NEAR = 2  # mistypings
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, as it was typed."""

    name: str
    act: Act = Act.STATUS
    lines: int = USUAL_LINES


def asked_of(command: Command) -> Asked | Refused:
    """This function will read the words after `/agent`."""
    name, word, number = (command.argument(position) for position in range(3))
    known = tuple(Act)
    if word.casefold() not in {"", *known}:
        listed = ", ".join(code(each) for each in known)
        text = f"{code(word)} is nothing that is done to an agent; it is one of {listed}."
        return Refused(reason=Reason.PARAMETER_INVALID, text=text)
    act = Act(word.casefold() or Act.STATUS)
    if not number:
        return Asked(name=name, act=act)
    if act is not Act.LOG:
        text = f"There is a word too many after {code(f'/agent {name} {act}')}."
        return Refused(reason=Reason.TOO_MANY_ARGUMENTS, text=text)
    is_number = number.isascii() and number.isdecimal() and len(number) <= len(str(MOST_LINES))
    if not is_number or not 1 <= int(number) <= MOST_LINES:
        text = f"{code(number)} is no number of lines from 1 to {MOST_LINES}."
        return Refused(reason=Reason.PARAMETER_INVALID, text=text)
    return Asked(name=name, act=act, lines=int(number))


def found_name(name: str, known: Collection[str]) -> str:
    """This function will return the agent's name as the configuration writes it, or nothing where it has none such."""
    if name in known:
        return name
    alike = [one for one in known if one.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else ""


def nearest_name(name: str, known: Collection[str]) -> str:
    """This function will return the name that was probably meant, or nothing."""
    near = min(known, key=lambda other: OSA.distance(name.casefold(), other.casefold()), default="")
    return near if OSA.distance(name.casefold(), near.casefold()) <= _NEAR else ""


def named(known: Collection[str]) -> str:
    """This function will list names of agents, in safe Markdown."""
    shown = ", ".join(code(name) for name in sorted(known)[:_MOST_NAMED])
    more = len(known) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
