"""Cost Explorer is asked once a day for the seven days before it, of each account, by one request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.config.costing import CostConfig
from bot.costs.aws.accounts import Accounts
from bot.costs.model import GapKind, Sureness
from bot.costs.sources.cost_explorer import SOURCE, settled
from tests.support.clock import Clock
from tests.support.cloud.aws import HOME, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.cloud.settled import Charge
from tests.support.cloud.wire import AwsError
from tests.support.looking import look_at, look_into

if TYPE_CHECKING:
    from bot.costs.aws.accounts import Account, AwsRequest

_CE = "ce:GetCostAndUsage"


async def test_a_week_is_read_by_one_request() -> None:
    """Days in UTC, the end left out, credits beside the amounts, no tax, estimated days said to be so."""
    clock = Clock()
    async with cloud(clock) as world:
        for day, kind, amount in (
            (27, "Usage", 9),
            (27, "Credit", -2),
            (27, "Tax", 3),
            (26, "Usage", 1),
        ):
            charge = Charge(
                account=HOME,
                day=date(2026, 10, day),
                service="Claude Opus 4.5 (Amazon Bedrock Edition)",
                amount=Decimal(amount),
                kind=kind,
            )
            world.settled.charge(charge)
        today = Charge(account=HOME, day=date(2026, 11, 3), service="AWS Lambda", amount=Decimal(5))
        world.settled.charge(today)
        world.settled.estimated_from = date(2026, 10, 27)
        told = await settled(look_into(world, clock))
        assert [(line.day.day, line.service, line.amount, line.credit) for line in told.lines] == [
            (27, "Amazon Bedrock", Decimal(9), Decimal(2))
        ]
        assert told.lines[0].is_estimated
        assert told.calls[_CE] == world.count()[_CE] == 1
        (asked,) = world.settled.asked
        assert asked["TimePeriod"] == {"Start": "2026-10-27", "End": "2026-11-03"}


async def test_every_page_is_read() -> None:
    """The library has no paginator for it, and an answer may go on."""
    clock = Clock()
    async with cloud(clock) as world:
        world.settled.page = 2
        for number in range(5):
            charge = Charge(
                account=HOME, day=date(2026, 11, 2), service=f"Service {number}", amount=Decimal(1)
            )
            world.settled.charge(charge)
        told = await settled(look_into(world, clock))
        assert sum(line.amount for line in told.lines) == 5
        assert told.calls[_CE] == 6  # of which each of the six days without a charge takes a place


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Fault(action=_CE, way=Way.DENY), GapKind.PERMISSION, "denied `ce:GetCostAndUsage`"),
        (Fault(action=_CE, way=Way.DOWN), GapKind.UNAVAILABLE, "AWS did not answer"),
        (
            Fault(
                action=_CE,
                way=Way.ERROR,
                error=AwsError("DataUnavailableException", "Data is not available", 400),
            ),
            GapKind.NO_DATA,
            "begins a day after somebody has opened it",
        ),
    ],
)
async def test_what_cannot_be_read_is_a_gap(fault: Fault, kind: GapKind, said: str) -> None:
    """A missing permission comes with the statement to add; nothing is a zero."""
    clock = Clock()
    async with cloud(clock) as world:
        world.faults.add(fault)
        told = await settled(look_into(world, clock))
        (gap,) = told.gaps
        assert (told.lines, gap.kind, gap.account) == ((), kind, HOME)
        assert said in gap.text
        assert bool(gap.statement) is (kind is GapKind.PERMISSION)


async def test_of_today_it_tells_nothing_and_asks_nothing() -> None:
    """The clock's looks cost no cent each."""
    reading = await SOURCE.read(look_at(Clock()))
    assert (reading.lines, reading.data_until, reading.sureness) == ((), None, Sureness.EXACT)


async def test_an_account_that_is_not_allowed_is_not_asked() -> None:
    """The operator lists the repositories that may have AWS read."""
    clock = Clock()
    told = await settled(look_at(clock))
    assert told.gaps == () == told.lines
    assert Accounts().accounts == ()


class _Payer:
    """An account in China, which keeps what it is asked."""

    id = HOME
    regions = ("cn-north-1",)

    def __init__(self) -> None:
        self.asked: list[AwsRequest] = []

    async def pages(self, request: AwsRequest, *, items: str) -> list[Any]:
        """This function will answer in yuan."""
        assert items == "ResultsByTime"
        self.asked.append(request)
        cost = {"UnblendedCost": {"Amount": "7", "Unit": "CNY"}}
        return [
            {
                "TimePeriod": {"Start": "2026-11-02"},
                "Groups": [{"Keys": ["AWS Lambda", "Usage"], "Metrics": cost}],
            }
        ]


async def test_a_shared_account_is_asked_for_the_repositorys_tags_only() -> None:
    """In China another endpoint tells it, in a currency that is named and not counted."""
    payer = _Payer()
    look = look_at(Clock(), CostConfig(tags={"team": "rocket", "app": "x"}))
    told = await settled(replace(look, accounts=Accounts(accounts=(cast("Account", payer),))))
    (request,) = payer.asked
    assert request.region == "cn-northwest-1"
    assert request.arguments["Filter"]["And"][2:] == [
        {"Tags": {"Key": "app", "Values": ["x"]}},
        {"Tags": {"Key": "team", "Values": ["rocket"]}},
    ]
    (gap,) = told.gaps
    assert (told.lines, gap.kind) == ((), GapKind.UNPRICED)
    assert "`CNY`" in gap.text
