"""The clock's tick and what else has costs looked at."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.costs.metering.model import LookAgain
from bot.localhub.faults import DeliveryFault, Fault
from tests.support.bot import REPOSITORY
from tests.support.costs import MONDAY, PLAIN, TICK, Teller, costing, tick_of

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = CostSettings(aws_repositories=frozenset({REPOSITORY.lower(), "octo/elsewhere"}))


def one() -> Teller:
    """A machine of two dollars an hour."""
    return Teller(hourly={"i-1": Decimal(2)})


async def test_a_repository_whose_push_was_lost_is_found_by_the_tick(tmp_path: Path) -> None:
    """The operator has listed it for AWS: the tick reads its configuration until it has a budget."""
    async with costing(tmp_path, one(), config="", settings=ALLOWED) as costs:
        hub = costs.bot.hub
        hub.faults.add(DeliveryFault(kind="lose", event="push"))
        costs.configure(PLAIN)
        await costs.bot.settle()
        assert await costs.budget() is None
        hub.faults.add(Fault(kind="status", path="^/app/installations$", status=502))
        costs.bot.clock.advance(TICK)
        await costs.bot.engine.submit([tick_of(costs.now)])
        await costs.bot.settle()
        assert await costs.budget() is None
        hub.faults.clear()
        reading = await costs.tick()
    assert reading.sums.total == 1


async def test_a_look_may_be_asked_for_before_the_next_tick(tmp_path: Path) -> None:
    """A run sleeps until the time, then has costs looked at; asked for too late it is looked at at once."""
    async with costing(tmp_path, one()) as costs:
        reading = await costs.tick()
        due = costs.now + timedelta(minutes=4)
        again = LookAgain(repository=costs.bot.ref, due=due, reading_id=reading.id)
        await costs.bot.engine.submit([again.start(), again.start()])
        await costs.bot.settle()
        assert (await costs.reading()).id == reading.id
        costs.bot.clock.advance(timedelta(minutes=4))
        await costs.bot.settle()
        second = await costs.reading()
        assert second.read_at == due
        late = LookAgain(repository=costs.bot.ref, due=MONDAY, reading_id=second.id)
        costs.bot.clock.advance(timedelta(minutes=1))
        await costs.bot.engine.submit([late.start()])
        await costs.bot.settle()
        assert (await costs.reading()).read_at == due + timedelta(minutes=1)
