"""Whole days are told as they are billed, by AWS and, where the App may see it, by GitHub."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.config.costing import CostConfig
from bot.costs.metering.reconcile import Ledgers, reconcile
from bot.costs.minutes.billing import billed_minutes
from bot.costs.model import GapKind, SettledLine
from bot.costs.settling import settled
from bot.costs.store.meters import MeteredSum
from bot.costs.store.settled import FetchedLine
from bot.github.billing import UsageItem
from bot.github.models import InstallationId, RepositoryRef
from tests.support.clock import Clock
from tests.support.looking import look_at, yard
from tests.support.raw_github import REPO, REPOSITORY, Answer, Bench, raw_bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_BILL = "/organizations/octo/settings/billing/usage"


def _item(day: int, **changes: Any) -> dict[str, Any]:
    """A line of the bill, as GitHub's documentation shows it."""
    return {
        "date": f"2026-11-{day:02}T00:00:00Z",
        "product": "Actions",
        "sku": "Actions Linux",
        "quantity": 100,
        "unitType": "minutes",
        "pricePerUnit": 0.006,
        "grossAmount": 0.6,
        "discountAmount": 0.2,
        "netAmount": 0.4,
        "organizationName": "octo",
        "repositoryName": "octo/hello",
        **changes,
    }


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A GitHub that answers what a test says."""
    async with raw_bench() as made:
        made.server.answer("GET", REPO, Answer({"private": True}))
        yield made


async def _settled(bench: Bench, config: CostConfig | None = None) -> Any:
    repo = bench.github.repository(REPOSITORY)
    return await settled(replace(look_at(Clock(), config, github=repo), repository=REPOSITORY))


async def test_the_minutes_that_github_billed_are_told_at_list_price(bench: Bench) -> None:
    """What the plan includes is a credit; of the days of two months each month is asked for."""
    bench.server.answer(
        "GET",
        _BILL,
        Answer({"usageItems": [_item(1), _item(2), _item(2), _item(3)]}),
        Answer({"usageItems": []}),
    )
    told = await _settled(bench)
    assert [(line.day.day, line.amount, line.credit) for line in told.lines] == [
        (1, Decimal("0.6"), Decimal("0.2")),
        (2, Decimal("1.2"), Decimal("0.4")),
    ]
    assert {(line.account, line.service) for line in told.lines} == {("github", "GitHub Actions")}
    asked = [seen.query for seen in bench.server.calls("GET", _BILL)]
    assert [(query["year"], query["month"]) for query in asked] == [("2026", "10"), ("2026", "11")]


@pytest.mark.parametrize(
    ("status", "kind"), [(403, GapKind.NO_DATA), (500, GapKind.UNAVAILABLE), (404, None)]
)
async def test_a_bill_that_is_not_told_is_a_gap(bench: Bench, status: int, kind: GapKind | None) -> None:
    """It names the permission; a person's repository has no such bill."""
    bench.server.answer("GET", _BILL, Answer({"message": "No <b>@access</b>"}, status=status))
    told = await _settled(bench)
    assert told.lines == ()
    assert [gap.kind for gap in told.gaps] == ([] if kind is None else [kind])
    if kind is GapKind.NO_DATA:
        assert "Administration: read" in told.gaps[0].text
        assert "<b>" not in told.gaps[0].text


async def test_what_costs_nothing_is_not_asked_for(bench: Bench) -> None:
    """A public repository's minutes are free, and a repository may leave them out."""
    await _settled(bench, CostConfig(actions=False))
    assert bench.server.calls() == []
    bench.server.answer("GET", REPO, Answer({"private": False}))
    assert (await _settled(bench)).gaps == ()
    assert bench.server.calls("GET", _BILL) == []


async def test_an_app_without_the_permission_asks_for_no_more_than_it_has(tmp_path: Path) -> None:
    """GitHub makes no token of a permission that nobody granted, so the bill is never asked for."""
    async with yard(Clock(), tmp_path) as place:
        told = await settled(place.look())
    (gap,) = told.gaps
    assert gap.kind is GapKind.NO_DATA
    assert "organization administration: read" in gap.text


def test_only_minutes_of_the_repository_and_the_days_are_counted() -> None:
    """Not storage, not a neighbour's, not the day that has only begun."""
    repository = RepositoryRef(installation_id=InstallationId(1), id=1, full_name="acme/Rocket")

    def item(day: int = 2, **changes: Any) -> UsageItem:
        told = {"product": "actions", "unit": "Minutes", "repository": "rocket", **changes}
        return UsageItem(day=date(2026, 11, day), gross=Decimal(1), discount=Decimal(0), **told)

    items = [
        item(),
        item(repository="acme/rocket"),
        item(product="packages"),
        item(unit="GigabyteHours"),
        item(repository="acme/rockets"),
        item(3),
        item(1),
    ]
    lines = billed_minutes(items, repository, since=date(2026, 11, 2), until=date(2026, 11, 3))
    assert lines == (
        SettledLine(account="github", day=date(2026, 11, 2), service="GitHub Actions", amount=Decimal(2)),
    )


def test_githubs_bill_is_held_against_its_own_meter_alone() -> None:
    """What the desk costs is in nobody's bill; minutes are, at the price at which they are metered."""
    yesterday, before = date(2026, 11, 2), date(2026, 11, 1)
    midnight = datetime(2026, 11, 2, tzinfo=UTC)

    def metered(day: date, amount: str, **changes: Any) -> MeteredSum:
        told = {"account": "github", "service": "GitHub Actions", **changes}
        return MeteredSum(day=day, amount=Decimal(amount), first_at=midnight, **told)

    line = SettledLine(account="github", day=yesterday, service="GitHub Actions", amount=Decimal(2))
    found = reconcile(
        Ledgers(
            today=date(2026, 11, 4),
            settled=[FetchedLine(line=line, fetched_at=midnight + timedelta(days=2))],
            metered=[
                metered(before, "1"),
                metered(yesterday, "2.1"),
                metered(yesterday, "24", account="", service="Desk"),
            ],
            first_looks={yesterday: midnight},
        )
    )
    assert found.error == Decimal("0.05")
    assert [one.service for one in found.services] == ["GitHub Actions"]
