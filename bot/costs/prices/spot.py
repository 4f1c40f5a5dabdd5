"""Adds up what a spot machine costs while its price changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.costs.prices.running import hours_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.costs.prices.running import Period

# The older one is of regions that still had a network without VPC.
LINUX = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A price an hour, and since when it holds."""

    since: datetime
    price: Decimal


History = tuple[Change, ...]  # oldest first
Histories = Mapping[tuple[str, str], History]  # by availability zone and instance type


def histories_of(rows: Iterable[Mapping[str, Any]]) -> Histories:
    """This function will sort EC2's rows of prices by zone and type."""
    found: dict[tuple[str, str], dict[datetime, Decimal]] = {}
    for row in sorted(rows, key=lambda row: LINUX.index(row["ProductDescription"])):
        changes = found.setdefault((row["AvailabilityZone"], row["InstanceType"]), {})
        changes.setdefault(row["Timestamp"], Decimal(row["SpotPrice"]))
    return {
        key: tuple(Change(since=since, price=price) for since, price in sorted(changes.items()))
        for key, changes in found.items()
    }


def spent_in(history: History, period: Period) -> Decimal | None:
    """This function will return what an instance cost in the period; None where no price is known.

    A price that is told only from within the period on also counts for what was before it.
    """
    if not history:
        return None
    edges = [period.begin]
    edges += [change.since for change in history if period.begin < change.since < period.end]
    edges.append(period.end)
    parts = (price_at(history, begin) * hours_of(end - begin) for begin, end in pairwise(edges))
    return sum(parts, Decimal(0))


def price_at(history: History, at: datetime) -> Decimal:
    """This function will return the price that held at the time; the first where none is told of it."""
    held = [change.price for change in history if change.since <= at]
    return held[-1] if held else history[0].price


def highest_now(histories: Histories, kind: str) -> Decimal | None:
    """This function will return the highest price of the type in any zone, as it is now; None where none is known."""
    return max((history[-1].price for (_, each), history in histories.items() if each == kind), default=None)
