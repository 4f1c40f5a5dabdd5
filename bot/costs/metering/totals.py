"""Adds up what was metered on a day, by what it was spent on."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.model import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.costs.model import MeterLine


def sums(lines: Iterable[MeterLine]) -> Sums:
    """This function will add up the lines of a day; what has no price is named, never counted as nothing."""
    every = tuple(lines)
    return Sums(
        total=_total(every),
        by_service=_by(every, lambda line: line.service),
        by_agent=_by(every, lambda line: line.agent),
        by_pull=_by(every, lambda line: "" if line.number is None else f"#{line.number}"),
        by_environment=_by(every, lambda line: line.environment),
        untagged=_total([line for line in every if not line.is_tagged]),
        unpriced=tuple(dict.fromkeys(line.item for line in every if line.amount is None)),
    )


def _total(lines: Sequence[MeterLine]) -> Decimal:
    return sum((line.amount for line in lines if line.amount is not None), Decimal(0))


def _by(lines: Sequence[MeterLine], name: Callable[[MeterLine], str]) -> Mapping[str, Decimal]:
    """The parts, the largest first; things of a kind that have no price at all are no part of it."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.amount is not None:
            found[name(line)] += line.amount
    return dict(sorted(found.items(), key=lambda part: (-part[1], part[0])))
