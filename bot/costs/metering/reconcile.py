"""Holds the meters against the settled days: how far off they are, per service and day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.model import DayError, Reconciliation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.costs.store.meters import MeteredSum
    from bot.costs.store.settled import FetchedLine

FORTNIGHT = timedelta(days=14)
_DAY = timedelta(days=1)
_BEHIND = timedelta(hours=24)  # by which Cost Explorer's data may be old
_BEGUN = timedelta(hours=1)  # a day whose first look came later was not metered from its beginning
_NOTHING = Decimal(0)

_Amounts = dict[str, Decimal]  # by service


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """What is settled and what was metered, with when the meters looked first on each day."""

    today: date
    settled: Sequence[FetchedLine]
    metered: Sequence[
        MeteredSum
    ]  # also of days before the fortnight, to know since when an account is metered
    first_looks: Mapping[date, datetime]


def reconcile(ledgers: Ledgers) -> Reconciliation:
    """This function will compare the days of the last fortnight that are settled and were metered from their beginning.

    A day counts as settled when it was fetched a day after its end: before, its figures still grow. The day on which
    an account was first metered does not count: what had ended before is not known. What no AWS account spends (minutes
    of workflows, fixed items) is compared only where Cost Explorer has a service of its name.
    """
    days: list[DayError] = []
    newest: tuple[DayError, ...] = ()
    for day, accounts in sorted(_comparable(ledgers).items()):
        settled = _by_service(
            (one.line.service, one.line.amount) for one in ledgers.settled if _is_of(one, day, accounts)
        )
        inside = [each for each in ledgers.metered if each.day == day and each.account in accounts]
        outside = [
            each
            for each in ledgers.metered
            if each.day == day and not each.account and each.service in settled
        ]
        metered = _by_service((each.service, each.amount) for each in (*inside, *outside))
        newest = tuple(
            DayError(
                day=day,
                service=name,
                settled=settled.get(name, _NOTHING),
                metered=metered.get(name, _NOTHING),
            )
            for name in sorted({*settled, *metered})
        )
        total = DayError(
            day=day,
            service="",
            settled=sum(settled.values(), _NOTHING),
            metered=sum(metered.values(), _NOTHING),
        )
        days.append(total)
    return Reconciliation(days=tuple(days), services=newest, error=_error(days))


def _comparable(ledgers: Ledgers) -> Mapping[date, frozenset[str]]:
    """The days that can be compared, each with the accounts that can."""
    since = ledgers.today - FORTNIGHT
    found: dict[date, set[str]] = defaultdict(set)
    for one in ledgers.settled:
        day, account = one.line.day, one.line.account
        is_settled = one.fetched_at >= _midnight(day) + _DAY + _BEHIND
        if since <= day < ledgers.today and is_settled and _was_metered(ledgers, day, account):
            found[day].add(account)
    return {day: frozenset(accounts) for day, accounts in found.items()}


def _was_metered(ledgers: Ledgers, day: date, account: str) -> bool:
    """Whether the meters ran on the day from its beginning, and knew the account before it."""
    first = ledgers.first_looks.get(day)
    if first is None or first > _midnight(day) + _BEGUN:
        return False
    return any(each.account == account and each.day < day for each in ledgers.metered)


def _is_of(one: FetchedLine, day: date, accounts: frozenset[str]) -> bool:
    return one.line.day == day and one.line.account in accounts


def _by_service(parts: Iterable[tuple[str, Decimal]]) -> _Amounts:
    found: _Amounts = defaultdict(Decimal)
    for service, amount in parts:
        found[service] += amount
    return dict(found)


def _error(days: Iterable[DayError]) -> Decimal | None:
    settled = sum((each.settled for each in days), _NOTHING)
    metered = sum((each.metered for each in days), _NOTHING)
    return (metered - settled) / settled if settled else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
