"""Reads Cost Explorer's answer: what each service cost on each day, with credits told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.costs.model import SettledLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# As Cost Explorer names record types: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-filtering.html
TAX = "Tax"
CREDITS = frozenset({"Credit", "Refund"})
BEDROCK = "Amazon Bedrock"
# Models of other companies are sold by AWS Marketplace, each as a service: Claude Opus 4.5 (Amazon Bedrock Edition).
_EDITION = re.compile(r".+\(Amazon Bedrock(?: Edition)?\)")
_DOLLARS = "USD"


@dataclass(slots=True)
class _Sum:
    amount: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    is_estimated: bool = False


def ledger_service(name: str) -> str:
    """This function will return the name under which both ledgers have a service of Cost Explorer."""
    return BEDROCK if _EDITION.fullmatch(name) else name


def settled_lines(account: str, days: Iterable[Mapping[str, Any]]) -> tuple[SettledLine, ...]:
    """This function will read the days of an answer that is grouped by service and record type.

    A day may stand on several pages; amounts in other currencies than US dollars are left out.
    """
    sums: dict[tuple[date, str], _Sum] = {}
    for day in days:
        start = date.fromisoformat(day["TimePeriod"]["Start"][:10])
        for group in day.get("Groups") or ():
            service, *record = group["Keys"]
            cost = group["Metrics"]["UnblendedCost"]
            if cost.get("Unit", _DOLLARS) != _DOLLARS:
                continue
            sum_ = sums.setdefault((start, ledger_service(service)), _Sum())
            sum_.is_estimated |= bool(day.get("Estimated"))
            _add(sum_, record[0] if record else "", Decimal(cost["Amount"]))
    return tuple(
        SettledLine(
            account=account,
            day=start,
            service=service,
            amount=found.amount,
            credit=found.credit,
            is_estimated=found.is_estimated,
        )
        for (start, service), found in sorted(sums.items(), key=lambda pair: pair[0])
    )


def _add(sum_: _Sum, record: str, amount: Decimal) -> None:
    if record in CREDITS:
        sum_.credit -= amount  # AWS tells them below zero
    elif record != TAX:
        sum_.amount += amount


def currencies(days: Iterable[Mapping[str, Any]]) -> set[str]:
    """This function will return the currencies in which an answer tells amounts."""
    return {
        str(group["Metrics"]["UnblendedCost"].get("Unit", _DOLLARS))
        for day in days
        for group in day.get("Groups") or ()
    }
