"""What a scrape is told of budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.budget.model import Mode
from bot.costs.ladder.rows import intend
from bot.costs.model import Action, ActionKind, ActionState
from bot.costs.store.budgets import budget_of, save_budget
from bot.storage.database import Database
from bot.web.costs.metrics import GAUGES
from bot.web.operator_metrics import OperatorMetrics
from tests.support.cost_pages import HOSTILE, save_costs
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.web import Web, running_web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = NOON + timedelta(days=18)
TOKEN = "a token of the operator"
NAME = REPOSITORY.full_name


class Scraper:
    """Scrapes a process over a database."""

    def __init__(self, web: Web, database: Database) -> None:
        self.database = database
        self._web = web

    async def text(self, authorization: str | None = f"Bearer {TOKEN}") -> str:
        """This function will scrape, bearing the token or something else."""
        headers = {} if authorization is None else {"Authorization": authorization}
        async with self._web.session.get("/metrics", headers=headers) as response:
            assert response.status == 200
            return await response.text()

    async def samples(self) -> dict[tuple[str, ...], float]:
        """This function will read the scrape as Prometheus does: each value by its name and labels."""
        return {
            (
                sample.name,
                *(value for name, value in sample.labels.items() if name != "repository"),
            ): sample.value
            for family in text_string_to_metric_families(await self.text())
            for sample in family.samples
            if sample.name in GAUGES
        }


@pytest.fixture
def time() -> list[datetime]:
    return [NOW]


@pytest.fixture
async def scraper(tmp_path: Path, time: list[datetime]) -> AsyncIterator[Scraper]:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.open()
    metrics = OperatorMetrics(
        token=TOKEN, open_database=lambda: Database(str(database.url)), clock=lambda: time[0]
    )
    async with running_web(tmp_path, extend=metrics.add_to) as web:
        yield Scraper(web, database)
    database.close()


async def test_a_scrape_with_the_token_is_told_of_every_budget(scraper: Scraper) -> None:
    await save_costs(scraper.database, NOW)
    await scraper.database.write(_act)

    told = await scraper.samples()

    assert told["pilothouse_budget_limit_dollars",] == 100
    assert told["pilothouse_budget_spent_dollars",] == 63
    assert told["pilothouse_budget_forecast_dollars", "likely"] == 126
    assert told["pilothouse_budget_stage", "noticed"] == 1
    assert sum(value for name, value in told.items() if name[0] == "pilothouse_budget_stage") == 1
    assert told["pilothouse_budget_enforced",] == 1
    assert told["pilothouse_budget_read_timestamp_seconds",] == NOW.timestamp()
    assert told["pilothouse_cost_service_dollars", "Amazon Bedrock"] == 40.32
    assert told["pilothouse_cost_agent_dollars", HOSTILE] == pytest.approx(15.12)
    assert told["pilothouse_cost_error_ratio",] == 0.012
    assert told["pilothouse_cost_gaps", "permission"] == 1
    assert told["pilothouse_cost_aws_requests", "cloudwatch:GetMetricData"] == 2
    assert told["pilothouse_cost_actions", "terminate", "done"] == 1
    assert ("pilothouse_cost_source_timestamp_seconds", "fixed") not in told  # it told none: no zero
    assert {name for name, *_ in told} == set(GAUGES)


@pytest.mark.parametrize("authorization", [None, "Bearer another token", f"Basic {TOKEN}", TOKEN, ""])
async def test_who_does_not_bear_the_token_learns_nothing_of_costs(
    scraper: Scraper, authorization: str | None
) -> None:
    """The port may be open to everybody; names of repositories and amounts are not."""
    await save_costs(scraper.database, NOW)

    text = await scraper.text(authorization)

    assert "pilothouse_inbox_waiting" in text
    assert NAME not in text
    assert "pilothouse_budget" not in text


async def test_a_new_day_is_told_nothing_of_until_it_is_read(scraper: Scraper, time: list[datetime]) -> None:
    await save_costs(scraper.database, NOW)
    time[0] = NOW + timedelta(hours=12, minutes=1)

    told = await scraper.samples()

    assert ("pilothouse_budget_spent_dollars",) not in told
    assert told["pilothouse_budget_stage", "under"] == 1
    assert told["pilothouse_budget_limit_dollars",] == 100


async def test_costs_that_cannot_be_read_take_no_other_metric_along(tmp_path: Path) -> None:
    metrics = OperatorMetrics(
        token=TOKEN, open_database=lambda: Database(f"sqlite:///{tmp_path}/none/bot.db"), clock=lambda: NOW
    )
    async with running_web(tmp_path, extend=metrics.add_to) as web:
        text = await Scraper(web, Database("sqlite://")).text()

    assert "pilothouse_inbox_waiting" in text
    assert "pilothouse_budget" not in text


def _act(connection: Connection) -> None:
    budget = budget_of(connection, REPOSITORY.id)
    assert budget is not None
    save_budget(connection, replace(budget, mode=Mode.ENFORCE))
    action = Action(
        id="a" * 32,
        repository_id=REPOSITORY.id,
        day=NOW.date(),
        kind=ActionKind.TERMINATE,
        target="i-0123456789abcdef0",
        state=ActionState.DONE,
        reading_id="reading",
        text="It is over the limit.",
        intended_at=NOW,
        ended_at=NOW,
    )
    intend(connection, [action])
