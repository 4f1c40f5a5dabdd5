"""Finds what differs most from the days before."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.report.model import NOTHING, Mover
from bot.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.costs.report.model import Part

_LEAST = Decimal("0.50")  # dollars: less than that is no news
_PURPOSES: tuple[tuple[str, Callable[[Part], str]], ...] = (
    ("agent", lambda part: part.agent),
    ("pull request", lambda part: part.pull),
    ("environment", lambda part: part.environment),
)


def usual_of(before: Sequence[Part], share: Decimal) -> dict[str, Decimal]:
    """This function will return what each service usually has cost when this share of a day is over."""
    return _averages(before, lambda part: part.service, share=share, days=_days(before))


def top_mover(today: Sequence[Part], before: Sequence[Part], *, share: Decimal) -> Mover | None:
    """This function will find the service that differs most, and what it differs by; None where none does.

    Args:
        today: what was spent on the day so far.
        before: what was spent on the days before, which were whole.
        share: how much of the day is over, from 0 to 1.
    """
    days = _days(before)
    if not days:
        return None
    spent = sums_by(today, lambda part: part.service)
    changes = _changes(spent, usual_of(before, share))
    service, change = max(changes.items(), key=lambda pair: (abs(pair[1]), pair[0]))
    if abs(change) < _LEAST:
        return None
    inside = [part for part in today if part.service == service]
    earlier = [part for part in before if part.service == service]
    purpose, purpose_change = _purpose(inside, earlier, share=share, days=days, is_more=change > 0)
    return Mover(
        service=service,
        spent=spent.get(service, NOTHING),
        usual=spent.get(service, NOTHING) - change,
        days=days,
        purpose=purpose,
        purpose_change=purpose_change,
    )


def _purpose(
    inside: Sequence[Part], earlier: Sequence[Part], *, share: Decimal, days: int, is_more: bool
) -> tuple[str, Decimal]:
    """The agent, pull request or environment that moved the furthest the same way."""
    best, furthest = "", NOTHING
    for kind, name_of in _PURPOSES:
        usual = _averages(earlier, name_of, share=share, days=days)
        for name, change in sorted(_changes(sums_by(inside, name_of), usual).items()):
            if name and (change > 0) == is_more and abs(change) > abs(furthest):
                best, furthest = f"{kind} {name if kind == 'pull request' else escape(name)}", change
    return (best, furthest) if abs(furthest) >= _LEAST else ("", NOTHING)


def _changes(spent: Mapping[str, Decimal], usual: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: spent.get(name, NOTHING) - usual.get(name, NOTHING) for name in {*spent, *usual}}


def _averages(
    parts: Iterable[Part], name_of: Callable[[Part], str], *, share: Decimal, days: int
) -> dict[str, Decimal]:
    return {name: amount * share / days for name, amount in sums_by(parts, name_of).items()}


def sums_by(parts: Iterable[Part], name_of: Callable[[Part], str]) -> dict[str, Decimal]:
    """This function will add the parts up by a name that each has."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        found[name_of(part)] += part.amount
    return dict(found)


def _days(parts: Iterable[Part]) -> int:
    return len({part.day for part in parts})
