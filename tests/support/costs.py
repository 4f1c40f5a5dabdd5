"""The whole bot with costs configured: its clock ticks where a test says so, its sources tell what a test sets."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.budget.model import Mode, Stage
from bot.config.cost_settings import CostSettings
from bot.config.costing import CostConfig
from bot.costs.look import CostSource
from bot.costs.metering.story import Meter
from bot.costs.model import METER, MONITOR, MeterCosts, MeterLine, SourceReading, Sureness
from bot.costs.standing import Budget
from bot.costs.store.budgets import budget_of, save_budget
from bot.costs.store.meters import lines_of
from bot.costs.store.readings import newest_reading
from bot.engine.model import Flow
from bot.github.models import InstallationId, RepositoryRef
from bot.localhub.state import git
from bot.storage.cost_tables import cost_actions
from handlers.schedule import SCHEDULES
from tests.support.bot import Bot, serving
from tests.support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Row

    from bot.costs.look import Look
    from bot.costs.model import Gap, Reading
    from bot.engine.model import Start

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
TICK = timedelta(minutes=15)
NO_AWS = CostSettings()
PLAIN = "costs:\n  limit: 100\n  actions: false\n  report: {issue: false}\n"

BUDGET = Budget(
    repository=RepositoryRef(installation_id=InstallationId(1), id=7, full_name="acme/rocket"),
    config=CostConfig(),
    day=MONDAY.date(),
    read_at=MONDAY + timedelta(hours=23, minutes=45),
    updated_at=MONDAY,
    limit=Decimal(100),
    stage=Stage.FROZEN,
    reading_id="first",
)


def tick_of(at: datetime) -> Start:
    """This function will name the run that looks at costs at a time."""
    (schedule,) = (one for one in SCHEDULES if one.name == MONITOR)
    return schedule.start(at)


def line(item: str = "i-1", amount: str | None = "1", **changes: Any) -> MeterLine:
    """This function will make a line of a machine that costs a dollar an hour."""
    money = None if amount is None else Decimal(amount)
    told = {
        "source": "ec2",
        "item": item,
        "service": "Amazon Elastic Compute Cloud - Compute",
        "day": MONDAY.date(),
        "quantity": Decimal(1) if money is None else money,
        "unit": "hours",
        "unit_price": None if money is None else Decimal(1),
        "amount": money,
        "seen_at": MONDAY + timedelta(hours=1),
    }
    return MeterLine(**{**told, **changes})


@dataclass
class Teller:
    """A source that tells what a test sets: an amount an hour of each item since midnight, or whatever is put in."""

    name: str = "ec2"
    hourly: dict[str, Decimal] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    lag: timedelta | None = timedelta(0)  # None where it tells nothing
    asked: list[Look] = field(default_factory=list)
    instead: Callable[[Look], Awaitable[SourceReading]] | None = None

    @property
    def source(self) -> CostSource:
        """The source as a plugin would give it."""
        return CostSource(name=self.name, summary="A test's.", read=self._read)

    async def _read(self, look: Look) -> SourceReading:
        self.asked.append(look)
        if self.instead is not None:
            return await self.instead(look)
        return SourceReading(
            source=self.name,
            data_until=None if self.lag is None else look.now - self.lag,
            sureness=Sureness.METERED,
            lines=() if self.lag is None else tuple(self._lines(look)),
            gaps=self.gaps,
        )

    def _lines(self, look: Look) -> list[MeterLine]:
        midnight = datetime.combine(look.day, datetime.min.time(), tzinfo=UTC)
        hours = Decimal(str((look.now - midnight) / timedelta(hours=1)))
        return [
            line(
                item,
                source=self.name,
                day=look.day,
                quantity=hours,
                unit_price=price,
                amount=str(hours * price),
                seen_at=look.now,
            )
            for item, price in self.hourly.items()
        ]


@dataclass
class Costing:
    """A bot whose repository has a budget."""

    bot: Bot
    tellers: tuple[Teller, ...]

    @property
    def now(self) -> datetime:
        """What the clock tells."""
        return self.bot.clock.now

    def configure(self, text: str) -> None:
        """This function will push another configuration."""
        store, author = self.bot.hub.store, self.bot.ada
        files = {".github/pilothouse.yml": text}
        git.push(store, self.bot.repository, "main", files=files, message="Costs", author=author)

    async def tick(self, after: timedelta = TICK) -> Reading:
        """This function will let time pass, let the clock tick and return what was read."""
        self.bot.clock.advance(after)
        await self.bot.engine.submit([tick_of(self.now)])
        await self.bot.settle()
        return await self.reading()

    async def tick_until(self, at: datetime) -> Reading:
        """This function will live until a time, tick by tick."""
        while self.now + TICK < at:
            await self.tick()
        return await self.tick(at - self.now)

    async def reading(self, day: date | None = None) -> Reading:
        """This function will return the newest reading, of a day or of all."""
        found = await self.bot.database.read(lambda rows: newest_reading(rows, self.bot.ref.id, day=day))
        assert found is not None
        return found

    async def budget(self) -> Budget | None:
        """This function will read how the budget stands."""
        return await self.bot.database.read(lambda rows: budget_of(rows, self.bot.ref.id))

    async def lines(self, day: date | None = None) -> Mapping[str, MeterLine]:
        """This function will return what was metered on a day, by item."""
        of = day or self.now.date()
        found = await self.bot.database.read(lambda rows: lines_of(rows, self.bot.ref.id, of))
        return {one.item: one for one in found}

    async def actions(self) -> list[Row[Any]]:
        """This function will list what the limit did, in its order."""
        query = select(cost_actions).order_by(cost_actions.c.intended_at, cost_actions.c.id)
        return await self.bot.database.read(lambda rows: list(rows.execute(query)))

    async def enforce(self) -> None:
        """This function will have the limit act, as two people ask for it."""
        budget = await self.budget()
        assert budget is not None
        acting = replace(budget, mode=Mode.ENFORCE)
        await self.bot.database.write(lambda rows: save_budget(rows, acting))


@asynccontextmanager
async def costing(
    folder: Path,
    *tellers: Teller,
    config: str = PLAIN,
    begin: datetime = MONDAY,
    repeat_every_step: bool = False,
    settings: CostSettings = NO_AWS,
) -> AsyncIterator[Costing]:
    """This function will open a bot whose repository has a budget; with tellers, they are its only sources."""
    clock = Clock(begin)
    async with serving(folder, clock=clock, repeat_every_step=repeat_every_step, costs=settings) as bot:
        costs = Costing(bot, tellers)
        if tellers:
            wired: Any = bot.engine.flows[METER].story
            meter = Meter(
                services=wired.__self__.services, sources=tuple(teller.source for teller in tellers)
            )
            bot.engine.flows[METER] = Flow(name=METER, request=MeterCosts, story=meter.meter)
        if config:
            costs.configure(config)
        await bot.settle()
        yield costs
