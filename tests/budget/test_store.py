"""What was spent on a pull request, and how a budget stands, as the rows say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Stage
from bot.budget.store import PullSpend, spent_on, standing_of
from bot.config.costing import CostConfig
from bot.costs.store.budgets import keep_budget
from bot.costs.store.meters import save_lines
from bot.storage.database import Database
from tests.support.costs import MONDAY, line
from tests.support.looking import ROCKET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'budget.db'}")
    opened.open()
    yield opened
    opened.close()


async def test_the_price_of_a_pull_request(database: Database) -> None:
    """Its deployments are told apart from its CI, over all days; what has no price is named beside the sum."""
    lines = (
        line("run-1", "0.30", source="actions", number=5),
        line("run-2", "0.20", source="actions", number=5, environment="production"),
        line("i-1", "1.50", number=5),
        line("run-3", None, source="actions", number=5),
        line("run-4", "9", source="actions", number=6),
        line("i-2", "9"),
    )
    await database.write(lambda rows: save_lines(rows, ROCKET.id, lines))
    found = await database.read(lambda rows: spent_on(rows, ROCKET.id, 5))
    assert found == PullSpend(ci=Decimal("1.80"), deployments=Decimal("0.20"), unpriced=("run-3",))
    assert found.total == 2
    assert await database.read(lambda rows: spent_on(rows, ROCKET.id, 7)) is None
    assert await database.read(lambda rows: spent_on(rows, ROCKET.id + 1, 5)) is None


async def test_how_a_budget_stands(database: Database) -> None:
    """A budget that was just found stands under its limit; another repository has none."""
    await database.write(lambda rows: keep_budget(rows, ROCKET, CostConfig(), now=MONDAY))
    found = await database.read(lambda rows: standing_of(rows, ROCKET.id))
    assert found is not None
    assert (found.stage, found.limit, found.day) == (Stage.UNDER, Decimal(100), MONDAY.date())
    assert replace(found, stage=Stage.HELD).stage_at(MONDAY) is Stage.HELD
    assert await database.read(lambda rows: standing_of(rows, ROCKET.id + 1)) is None
