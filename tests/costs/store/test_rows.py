"""The rows of costs, on both databases: amounts are exact, a day is one set of lines, what is newer takes its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Mode, Stage
from bot.config.costing import CostConfig, FixedItem
from bot.costs.model import (
    Forecast,
    Reading,
    Reconciliation,
    SettledLine,
    SourceState,
    Sums,
    Sureness,
)
from bot.costs.store.budgets import (
    budget_of,
    every_budget,
    forget_budget,
    keep_budget,
    note_reading,
    save_budget,
)
from bot.costs.store.meters import forget_unseen, lines_of, metered_sums, save_lines, source_sums
from bot.costs.store.readings import (
    curve_of,
    first_looks,
    forget_later,
    newest_reading,
    reading_by_id,
    save_reading,
    source_amounts,
)
from bot.costs.store.settled import save_settled, settled_lines
from bot.storage.cost_tables import budgets
from bot.storage.database import Database
from tests.support.costs import BUDGET, MONDAY, line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

pytest_plugins = ["tests.support.postgres"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = MONDAY.date()
NOTHING = Sums(
    total=Decimal(0), by_service={}, by_agent={}, by_pull={}, by_environment={}, untagged=Decimal(0)
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of either kind."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'p.db'}" if is_sqlite else str(request.getfixturevalue("postgres_url"))
    made = Database(url)
    made.open()
    yield made
    made.close()


def reading(at: datetime, spent: str, **changes: object) -> Reading:
    """A look that found so much spent by machines."""
    amount = Decimal(spent)
    found = Reading(
        id=f"{at:%Y%m%dT%H%M%S}",
        repository_id=7,
        day=at.date(),
        read_at=at,
        sums=replace(NOTHING, total=amount),
        forecast=Forecast(low=amount, likely=amount * 2, high=amount * 3, rate=Decimal(1)),
        limit=Decimal(100),
        stage=Stage.UNDER,
        is_sure=True,
        sources=(
            SourceState(source="ec2", data_until=at, sureness=Sureness.METERED, amount=amount, calls=2),
        ),
        gaps=(),
        reconciliation=Reconciliation(days=(), services=(), error=None),
        calls={"ec2:DescribeInstances": 2},
    )
    return replace(found, **changes)  # type: ignore[arg-type] # of a test's own fields


async def test_lines_are_kept_by_day_source_and_item(database: Database) -> None:
    """A line that is told again takes its row's place and keeps when it was seen first."""
    rich = line("i-1", "0.333333", agent="scout", number=12, environment="prod", detail={"type": "t3.medium"})
    llama, disk = (
        line("llama", None, source="bedrock"),
        line("vol-1", "2", account="111111111111", source="ebs"),
    )

    def write(rows: Connection) -> None:
        save_lines(rows, 7, [rich, llama, disk, line("vol-1", "9", day=TODAY - DAY, seen_at=MONDAY - HOUR)])
        save_lines(rows, 8, [line("i-1", "50")])
        more = replace(rich, amount=Decimal("0.666666"), seen_at=MONDAY + 2 * HOUR)
        save_lines(rows, 7, [more, line("i-2", seen_at=MONDAY + 9 * HOUR)], known={("ec2", "i-1")})

    await database.write(write)
    found = await database.read(lambda rows: lines_of(rows, 7, TODAY))
    assert [(one.source, one.item) for one in found] == [
        ("bedrock", "llama"),
        ("ebs", "vol-1"),
        ("ec2", "i-1"),
        ("ec2", "i-2"),
    ]
    assert found[0] == llama
    assert found[2] == replace(rich, amount=Decimal("0.666666"), seen_at=MONDAY + 2 * HOUR)
    assert await database.read(lambda rows: lines_of(rows, 7, TODAY, source="ebs")) == (disk,)
    sums = await database.read(lambda rows: metered_sums(rows, 7, since=TODAY - DAY, until=TODAY))
    assert [(one.day, one.account, str(one.amount)) for one in sums] == [
        (TODAY - DAY, "", "9"),
        (TODAY, "", "1.666666"),
        (TODAY, "111111111111", "2"),
    ]
    assert sums[1].first_at == MONDAY + HOUR
    assert await database.read(lambda rows: source_sums(rows, 7, TODAY)) == {
        "ebs": Decimal(2),
        "ec2": Decimal("1.666666"),
    }
    await database.write(lambda rows: forget_unseen(rows, 7, TODAY, now=MONDAY + 8 * HOUR))
    left = await database.read(lambda rows: lines_of(rows, 7, TODAY, source="ec2"))
    assert [one.item for one in left] == ["i-1"]


async def test_a_day_that_is_told_again_is_replaced(database: Database) -> None:
    """What Cost Explorer says of a day and account is what it said last; a service that is gone is gone."""

    def told(day: int, service: str, amount: str, account: str = "1") -> SettledLine:
        return SettledLine(
            account=account,
            day=TODAY - day * DAY,
            service=service,
            amount=Decimal(amount),
            credit=Decimal("-0.5"),
            is_estimated=day == 1,
        )

    def write(rows: Connection) -> None:
        save_settled(rows, 7, [told(2, "EC2", "9"), told(2, "Tax", "1"), told(2, "EC2", "4", "2")], at=MONDAY)
        save_settled(rows, 7, [told(2, "EC2", "10"), told(1, "EC2", "3")], at=MONDAY + DAY)
        save_settled(rows, 7, [], at=MONDAY + DAY)

    await database.write(write)
    found = await database.read(lambda rows: settled_lines(rows, 7, since=TODAY - 5 * DAY, until=TODAY))
    assert [(one.line, one.fetched_at) for one in found] == [
        (told(2, "EC2", "10"), MONDAY + DAY),
        (told(2, "EC2", "4", "2"), MONDAY),
        (told(1, "EC2", "3"), MONDAY + DAY),
    ]
    assert await database.read(lambda rows: settled_lines(rows, 7, since=TODAY, until=TODAY)) == ()


async def test_readings_are_a_curve(database: Database) -> None:
    """Each look is stored once, found by its id, its day or as the newest; what is of a time to come is forgotten."""
    looks = [reading(MONDAY + hour * HOUR, str(hour)) for hour in (1, 2, 30)]

    def write(rows: Connection) -> None:
        for each in (
            *looks,
            looks[0],
            replace(looks[1], stage=Stage.FROZEN),
            reading(MONDAY, "5", id="x", repository_id=8),
        ):
            save_reading(rows, each)

    await database.write(write)
    points = await database.read(lambda rows: curve_of(rows, 7, TODAY))
    assert [(one.at, one.spent, one.high, one.stage, one.calls) for one in points] == [
        (MONDAY + HOUR, Decimal(1), Decimal(3), Stage.UNDER, 2),
        (MONDAY + 2 * HOUR, Decimal(2), Decimal(6), Stage.FROZEN, 2),
    ]
    assert await database.read(lambda rows: newest_reading(rows, 7)) == looks[2]
    of_today = await database.read(lambda rows: newest_reading(rows, 7, day=TODAY))
    assert of_today == replace(looks[1], stage=Stage.FROZEN)
    assert await database.read(lambda rows: reading_by_id(rows, looks[0].id)) == looks[0]
    assert await database.read(lambda rows: reading_by_id(rows, "none")) is None
    assert await database.read(lambda rows: newest_reading(rows, 9)) is None
    first = await database.read(lambda rows: first_looks(rows, 7, since=TODAY))
    assert first == {TODAY: MONDAY + HOUR, TODAY + DAY: MONDAY + 30 * HOUR}
    amounts = await database.read(
        lambda rows: source_amounts(rows, 7, since=MONDAY + HOUR, until=MONDAY + 9 * HOUR)
    )
    assert [(one.day, one.at, one.amounts) for one in amounts] == [
        (TODAY, MONDAY + HOUR, {"ec2": Decimal(1)}),
        (TODAY, MONDAY + 2 * HOUR, {"ec2": Decimal(2)}),
    ]
    await database.write(lambda rows: forget_later(rows, 7, MONDAY + HOUR))
    assert await database.read(lambda rows: newest_reading(rows, 7)) == looks[0]
    assert await database.read(lambda rows: newest_reading(rows, 8)) is not None


async def test_a_budget_is_as_it_was_left(database: Database) -> None:
    """Its row outlives changes of the configuration; what another version wrote there is as if nothing were said."""
    config = CostConfig(limit=12.5, fixed={"rent": FixedItem(per_day=1)})
    noon = datetime.combine(TODAY, time(12), tzinfo=UTC)
    ref = BUDGET.repository
    new = await database.write(lambda rows: keep_budget(rows, ref, config, now=noon))
    assert (new.limit, new.mode, new.stage, new.reading_id) == (
        Decimal("12.5"),
        Mode.DRY_RUN,
        Stage.UNDER,
        "",
    )
    full = replace(
        BUDGET,
        config=config,
        mode=Mode.ENFORCE,
        noticed=("50",),
        set_to=Decimal(80),
        extended_to=Decimal("90.5"),
        extended_until=noon,
    )
    await database.write(lambda rows: save_budget(rows, full))
    renamed = replace(ref, full_name="acme/moon", default_branch="trunk")
    again = await database.write(lambda rows: keep_budget(rows, renamed, CostConfig(), now=noon + HOUR))
    assert again == replace(full, repository=renamed, config=CostConfig())
    look = reading(noon, "40", stage=Stage.HELD, is_sure=False)
    await database.write(lambda rows: note_reading(rows, look, noticed=("50", "80"), decision_id="d1"))
    left = await database.read(lambda rows: budget_of(rows, 7))
    assert left is not None
    assert (left.stage, left.spent, left.forecast, left.read_at) == (
        Stage.HELD,
        Decimal(40),
        Decimal(80),
        noon,
    )
    assert (left.noticed, left.decision_id, left.set_to) == (("50", "80"), "d1", Decimal(80))
    await database.write(
        lambda rows: rows.execute(budgets.update().values(config='{"no such key": 1}')).rowcount
    )
    assert (await database.read(every_budget))[0].config == CostConfig()
    await database.write(lambda rows: forget_budget(rows, 7))
    await database.write(lambda rows: note_reading(rows, look, noticed=(), decision_id=""))
    assert await database.read(lambda rows: budget_of(rows, 7)) is None
