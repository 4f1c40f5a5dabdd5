"""Cost Explorer's answer becomes lines by day and service, with credits beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.costs.model import SettledLine
from bot.costs.settled import currencies, ledger_service, settled_lines


def _group(*keys: str, amount: str, unit: str = "USD") -> dict[str, Any]:
    return {"Keys": list(keys), "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": unit}}}


def _day(*groups: dict[str, Any], start: str = "2026-11-02", estimated: bool = False) -> dict[str, Any]:
    return {"TimePeriod": {"Start": start}, "Groups": list(groups), "Estimated": estimated}


def test_credits_are_told_apart_and_taxes_not_at_all() -> None:
    """A credit lowers the bill, not the spend."""
    days = [
        _day(
            _group("Amazon Elastic Compute Cloud - Compute", "Usage", amount="12.50"),
            _group("Amazon Elastic Compute Cloud - Compute", "SavingsPlanNegation", amount="-2.50"),
            _group("Amazon Elastic Compute Cloud - Compute", "Credit", amount="-4"),
            _group("Amazon Elastic Compute Cloud - Compute", "Refund", amount="-1"),
            _group("Amazon Elastic Compute Cloud - Compute", "Tax", amount="3"),
        )
    ]
    assert settled_lines("1" * 12, days) == (
        SettledLine(
            account="1" * 12,
            day=date(2026, 11, 2),
            service="Amazon Elastic Compute Cloud - Compute",
            amount=Decimal(10),
            credit=Decimal(5),
            is_estimated=False,
        ),
    )


def test_a_day_that_stands_on_two_pages_is_one_day() -> None:
    """What the second page tells of a service is added, and what is estimated in a part is estimated."""
    pages = [
        _day(_group("AWS Lambda", amount="1.25")),
        _day(_group("AWS Lambda", amount="0.75"), estimated=True),
        _day(_group("AWS Lambda", amount="7"), start="2026-11-01"),
        {"TimePeriod": {"Start": "2026-11-03"}, "Groups": None},
    ]
    lines = settled_lines("1" * 12, pages)
    assert [(line.day.day, line.amount, line.is_estimated) for line in lines] == [
        (1, Decimal(7), False),
        (2, Decimal("2.00"), True),
    ]


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("Amazon Bedrock", "Amazon Bedrock"),
        ("Claude Opus 4.5 (Amazon Bedrock Edition)", "Amazon Bedrock"),
        ("Claude 3 Haiku (Amazon Bedrock)", "Amazon Bedrock"),
        ("EC2 - Other", "EC2 - Other"),
        ("(Amazon Bedrock Edition) of nobody", "(Amazon Bedrock Edition) of nobody"),
    ],
)
def test_models_that_a_market_sells_are_of_the_service_that_runs_them(name: str, service: str) -> None:
    """A budget of Amazon Bedrock alone misses most of what models cost."""
    assert ledger_service(name) == service


def test_other_currencies_are_named_and_not_added() -> None:
    """Yuan are no dollars."""
    days = [_day(_group("AWS Lambda", amount="1"), _group("AWS Lambda", amount="7", unit="CNY"))]
    assert currencies(days) == {"USD", "CNY"}
    assert [line.amount for line in settled_lines("1" * 12, days)] == [Decimal(1)]
