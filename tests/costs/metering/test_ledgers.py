"""Two ledgers side by side: what is settled is asked once a day and held against what was metered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.costs.model import Gap, GapKind, SettledLine
from bot.costs.sources.cost_explorer import Settled
from bot.costs.store.meters import save_lines
from bot.costs.store.readings import save_reading
from bot.costs.store.settled import save_settled
from tests.support.bot import REPOSITORY
from tests.support.costs import MONDAY, PLAIN, Teller, costing, line
from tests.support.engine import CrashError

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlalchemy import Connection

    from bot.costs.look import Look
    from bot.costs.model import Reading

DAY = timedelta(days=1)
ACCOUNT = "111111111111"
EC2, BEDROCK = "Amazon Elastic Compute Cloud - Compute", "Amazon Bedrock"
# Fourteen days: dollars settled and metered of EC2, then of Bedrock. By hand: 1,174.00 settled, 1,205.85 metered.
SEEDED = (
    ("31.20", "30.90", "58.00", "60.10"),
    ("29.75", "30.05", "61.25", "62.00"),
    ("33.10", "33.10", "55.40", "58.15"),
    ("28.00", "27.25", "63.00", "66.00"),
    ("30.50", "31.00", "59.50", "60.00"),
    ("12.00", "12.40", "40.00", "42.10"),
    ("11.80", "11.80", "38.20", "39.00"),
    ("31.00", "30.00", "64.00", "66.50"),
    ("32.25", "32.75", "62.75", "63.25"),
    ("30.00", "30.60", "65.00", "67.40"),
    ("29.30", "29.00", "60.70", "64.00"),
    ("34.00", "34.50", "66.00", "68.00"),
    ("13.10", "13.00", "41.90", "43.00"),
    ("50.30", "55.00", "42.00", "45.00"),
)
BY_HAND = (Decimal("1205.85") - Decimal("1174.00")) / Decimal("1174.00")

ALLOWED = CostSettings(aws_repositories=frozenset({REPOSITORY.lower()}))
WITH_AWS = f"{PLAIN}  accounts: [{{id: '{ACCOUNT}'}}]\n"


def one() -> Teller:
    """A machine of two dollars an hour."""
    return Teller(hourly={"i-1": Decimal(2)})


def seed(connection: Connection, repository_id: int, like: Reading) -> None:
    """This function will write a fortnight that was looked at from each midnight on and is settled."""
    first = date(2026, 11, 2) - 15 * DAY
    for number, amounts in enumerate((("1", "1", "1", "1"), *SEEDED)):
        day = first + number * DAY
        at = MONDAY + (day - MONDAY.date()) + timedelta(minutes=15)
        metered = [
            line(item, amounts[place], service=service, account=ACCOUNT, day=day, seen_at=at)
            for item, service, place in (("i-1", EC2, 1), ("haiku", BEDROCK, 3))
        ]
        save_lines(connection, repository_id, metered)
        settled = [
            SettledLine(account=ACCOUNT, day=day, service=service, amount=Decimal(amounts[place]))
            for service, place in ((EC2, 0), (BEDROCK, 2))
        ]
        save_settled(connection, repository_id, settled, at=at + 3 * DAY)
        save_reading(connection, _at(like, at, "0"))
        whole = sum((each.amount or Decimal(0) for each in metered), Decimal(0))
        save_reading(connection, _at(like, at + timedelta(hours=23, minutes=40), str(whole)))


async def test_the_error_of_fourteen_seeded_days_is_the_one_by_hand(tmp_path: Path) -> None:
    """The reading's error is what a calculator gives: 2.7 % too much; the day before the fortnight does not count."""
    async with costing(tmp_path, one()) as costs:
        like = await costs.tick()
        await costs.bot.database.write(lambda rows: seed(rows, costs.bot.ref.id, like))
        reading = await costs.tick()
    found = reading.reconciliation
    assert len(found.days) == 14
    assert [str(sum(Decimal(day[place]) for day in SEEDED)) for place in (0, 1)] == ["396.30", "401.35"]
    assert found.error == BY_HAND
    assert round(BY_HAND, 4) == Decimal("0.0271")
    assert [(one.service, one.settled, one.metered) for one in found.services] == [
        (BEDROCK, Decimal(42), Decimal(45)),
        (EC2, Decimal("50.3"), Decimal(55)),
    ]
    assert reading.forecast.likely > 90  # of a machine of 48 dollars a day, after days of more than that
    assert found.days[0].error == (Decimal("91.00") - Decimal("89.20")) / Decimal("89.20")


async def test_meters_that_are_far_off_act_on_nothing(tmp_path: Path) -> None:
    """A bill a quarter above what was metered: the look is not sure."""
    async with costing(tmp_path, one()) as costs:
        like = await costs.tick()
        await costs.bot.database.write(lambda rows: seed(rows, costs.bot.ref.id, like))
        more = [
            SettledLine(
                account=ACCOUNT, day=MONDAY.date() - DAY, service="Amazon Textract", amount=Decimal(400)
            )
        ]
        await costs.bot.database.write(
            lambda rows: save_settled(rows, costs.bot.ref.id, more, at=MONDAY + 2 * DAY)
        )
        reading = await costs.tick()
    assert reading.reconciliation.is_off
    assert not reading.is_sure


async def test_settled_days_are_asked_for_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request has a price: one at the first look of a day; what it could not tell is told all day."""
    asked: list[date] = []
    gap = Gap(source="cost_explorer", kind=GapKind.PERMISSION, text="It may not be read.")

    async def settled(look: Look) -> Settled:
        asked.append(look.day)
        look.accounts.counts["ce:GetCostAndUsage"] += 1
        line = SettledLine(account=ACCOUNT, day=look.day - DAY, service=EC2, amount=Decimal(7))
        return Settled(lines=(line,), gaps=(gap,))

    monkeypatch.setattr("bot.costs.metering.asking.settled", settled)
    begin = MONDAY + timedelta(hours=23)
    async with costing(tmp_path, one(), config=WITH_AWS, begin=begin, settings=ALLOWED) as costs:
        first = await costs.reading()
        second = await costs.tick(timedelta(minutes=45))
        third = await costs.tick()
    assert asked == [MONDAY.date(), MONDAY.date() + DAY]
    assert [one.gaps for one in (first, third)] == [(gap,), (gap,)]
    assert gap in second.gaps
    assert [dict(one.calls) for one in (first, second, third)] == [
        {"ce:GetCostAndUsage": 1},
        {},
        {"ce:GetCostAndUsage": 1},
    ]


async def test_a_process_that_dies_while_it_asks_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether AWS had answered: a day without settled days would be worse than a second request."""
    asked: list[date] = []

    async def settled(look: Look) -> Settled:
        asked.append(look.day)
        if len(asked) == 1:
            raise CrashError
        return Settled()

    monkeypatch.setattr("bot.costs.metering.asking.settled", settled)
    async with costing(tmp_path, one(), config=WITH_AWS, settings=ALLOWED) as costs:
        await costs.bot.settle()
        await costs.tick()
    assert asked == [MONDAY.date()] * 2


async def test_a_cost_explorer_that_breaks_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today is metered all the same, and the next day asks again."""

    async def settled(_: Look) -> Settled:
        raise RuntimeError("surprise")

    monkeypatch.setattr("bot.costs.metering.asking.settled", settled)
    async with costing(tmp_path, one(), config=WITH_AWS, settings=ALLOWED) as costs:
        reading = await costs.tick()
    assert reading.sums.total == Decimal("0.5")
    assert reading.is_sure
    assert [(one.source, one.kind) for one in reading.gaps] == [("cost_explorer", GapKind.UNAVAILABLE)]


def _at(like: Reading, at: datetime, spent: str) -> Reading:
    sums = replace(like.sums, total=Decimal(spent))
    return replace(like, id=f"seed-{at:%d%H}", day=at.date(), read_at=at, sums=sums)
