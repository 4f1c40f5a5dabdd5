"""Tells from a service's lines of two days what made it cost more: a deployment, a pull request, machines, calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.costs.model import MeterLine

_MOST_NAMED = 3
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A deployment that was begun on the day."""

    number: int  # of its pull request
    environment: str
    author: str
    at: datetime
    url: str = ""  # of its workflow run


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A service on a day, and on the day before as far as this day has come."""

    today: Sequence[MeterLine]
    before: Sequence[MeterLine]
    share: Decimal = Decimal(1)  # how much of the day is over
    deployed: Sequence[Deployed] = ()

    @property
    def more(self) -> Decimal:
        """By how much it has grown."""
        return _sum(self.today) - _sum(self.before) * self.share

    def most(self, name_of: Callable[[MeterLine], str]) -> str:
        """This function will return the name that made at least half of the difference; empty where none did."""
        now, earlier = _by(self.today, name_of), _by(self.before, name_of)
        grown = {name: now[name] - earlier.get(name, _NOTHING) * self.share for name in now if name}
        best = max(grown, key=lambda name: (grown[name], name), default="")
        return best if best and grown[best] * 2 >= self.more else ""


def cause_words(grown: Grown) -> str:
    """This function will say what made the service cost more, in one sentence of safe Markdown; empty where unknown."""
    if grown.more <= 0:
        return ""
    return _deployment(grown) or _pull(grown) or _machines(grown) or _calls(grown)


def _deployment(grown: Grown) -> str:
    environment = grown.most(lambda line: line.environment)
    made = [one for one in grown.deployed if one.environment == environment]
    if not made:
        return ""
    newest = sorted(made, key=lambda one: one.at, reverse=True)
    named = ", ".join(_named(one) for one in newest[:_MOST_NAMED])
    rest = len(newest) - _MOST_NAMED
    more = f" and {rest} more before" if rest > 0 else ""
    return f"Deployed to {code(environment)} on this day: {named}{more}."


def _named(one: Deployed) -> str:
    when = link(f"{one.at:%H:%M} UTC", one.url)
    return f"#{one.number} by {escape(one.author)} at {when}"


def _pull(grown: Grown) -> str:
    number = grown.most(lambda line: "" if line.number is None else f"#{line.number}")
    own = [line for line in grown.today if number and number == f"#{line.number}"]
    if not own:
        return ""
    return f"{number} ran {_count(len(own), _noun(own))} on this day."


def _noun(lines: Iterable[MeterLine]) -> str:
    sources = {line.source for line in lines}
    return (
        {"actions": "workflow run", "ec2": "machine"}.get(sources.pop(), "thing")
        if len(sources) == 1
        else "thing"
    )


def _machines(grown: Grown) -> str:
    kind = grown.most(lambda line: line.detail.get("type", ""))
    now, earlier = (_types(lines)[kind] for lines in (grown.today, grown.before))
    if not kind or now <= earlier:
        return ""
    return f"{_count(now, 'machine')} of type {code(kind)} ran, {earlier:,} on the day before."


def _calls(grown: Grown) -> str:
    model = grown.most(lambda line: line.detail.get("model", ""))
    now, earlier = (_called(lines, model) for lines in (grown.today, grown.before))
    if not model or not now:
        return ""
    expected = int(earlier * grown.share)
    return f"{code(model)} was called {now:,} times, {expected:,} times by then on the day before."


def _types(lines: Iterable[MeterLine]) -> Mapping[str, int]:
    return Counter(line.detail.get("type", "") for line in lines)


def _called(lines: Iterable[MeterLine], model: str) -> int:
    told = (line.detail.get("calls", "") for line in lines if line.detail.get("model") == model)
    return sum(int(calls) for calls in told if calls.isdecimal())


def _sum(lines: Iterable[MeterLine]) -> Decimal:
    return sum((line.amount for line in lines if line.amount is not None), _NOTHING)


def _by(lines: Iterable[MeterLine], name_of: Callable[[MeterLine], str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[name_of(line)] += line.amount or _NOTHING
    return dict(found)


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
