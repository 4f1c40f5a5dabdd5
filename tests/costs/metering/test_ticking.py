"""The clock's tick and what else has costs looked at."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.costs.metering.model import LookAgain
from bot.costs.store.budgets import budget_of
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts
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


async def test_a_repository_that_took_the_app_away_is_left_alone(tmp_path: Path) -> None:
    """Nothing is read of it, with whatever credentials, and it has no budget any more."""
    teller = one()
    async with costing(tmp_path, teller) as costs:
        await costs.tick()
        bot = costs.bot
        accounts.uninstall(bot.hub.store, bot.hub.store.installations[bot.ref.installation_id])
        asked = len(teller.asked)
        bot.clock.advance(timedelta(hours=2))  # the token has expired too
        await bot.engine.submit([tick_of(costs.now)])
        await bot.settle()
        assert await costs.budget() is None
        assert len(teller.asked) == asked


async def test_a_repository_that_was_renamed_keeps_its_budget(tmp_path: Path) -> None:
    """The number is what identifies it; its new name is learned with the next push."""
    async with costing(tmp_path, one()) as costs:
        await costs.tick()
        accounts.rename(costs.bot.hub.store, costs.bot.repository, "quay")
        assert (await costs.tick()).sums.total == 1
        costs.configure(PLAIN.replace("100", "90"))
        await costs.bot.settle()
        budget = await costs.budget()
        assert budget is not None
        assert budget.repository.full_name == "octo/quay"
        assert (await costs.tick()).limit == 90


async def test_a_repository_that_is_given_with_a_configuration_has_a_budget(tmp_path: Path) -> None:
    """Nobody need push for it: the App reads what is there when it is installed."""
    async with costing(tmp_path, one(), config="") as costs:
        bot = costs.bot
        quay = accounts.create_repository(
            bot.hub.store, "octo/quay", files={".github/pilothouse.yml": PLAIN, "README.md": "quay\n"}
        )
        accounts.install(bot.hub.store, bot.hub.app, quay)
        await bot.settle()
        budget = await bot.database.read(lambda rows: budget_of(rows, quay.id))
    assert budget is not None
    assert budget.spent == 0
    assert budget.reading_id


async def test_near_the_limit_costs_are_looked_at_again_before_the_next_tick(tmp_path: Path) -> None:
    """The limit would be passed in between: the second reading that holding it needs comes four minutes later."""
    async with costing(tmp_path, one(), config=PLAIN.replace("100", "1")) as costs:
        first = await costs.tick()
        costs.bot.clock.advance(timedelta(minutes=4))
        await costs.bot.settle()
        second = await costs.reading()
    assert second.read_at - first.read_at == timedelta(minutes=4)
