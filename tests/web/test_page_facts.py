"""What the pages show is told alike by both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.reporting.report_facts import report_facts
from bot.page_links import TODAY
from bot.storage.database import Database
from bot.web.costs.facts import costs_facts, costs_version
from bot.web.history_facts import history_facts
from bot.web.metrics_facts import metrics_facts
from bot.web.run_facts import AskedRun, run_facts
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import NOON, REPOSITORY, workflow_run
from tests.support.history import SLUGGISH, save_weeks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Four weeks of runs."""
    is_sqlite = request.param == "sqlite"
    opened = Database(
        f"sqlite:///{tmp_path / 'bot.db'}" if is_sqlite else request.getfixturevalue("postgres_url")
    )
    opened.open()
    await save_weeks(opened, NOON)
    yield opened
    opened.close()


async def test_the_facts_of_every_page_and_of_the_summary(database: Database) -> None:
    asked = AskedRun(run_id=300, attempt=1, base="main")
    run = await run_facts(database, REPOSITORY.id, asked, now=NOON)
    assert run.run is not None
    assert (run.run.workflow, run.run.failed, len(run.others)) == ("CI", True, 11)
    assert [one.sample.job for one in run.failed] == ["test (ubuntu)"]
    assert run.slowest[0].test == SLUGGISH.slowest[0]

    assert [(one.job, one.test.usual) for one in run.slowed] == [("test (ubuntu)", 4.05)]
    alone = await run_facts(database, REPOSITORY.id, AskedRun(run_id=300, attempt=1), now=NOON)
    assert alone.slowed == ()

    metrics = await metrics_facts(database, REPOSITORY.id, now=NOON)
    (workflow,) = metrics.workflows
    assert (workflow.measures.ended, workflow.measures.passed) == (32, 29)
    assert [job.name for job in workflow.jobs] == ["test (macos)", "test (ubuntu)", "lint", "bench"]
    assert metrics.cost.dollars > Decimal(10)

    history = await history_facts(database, REPOSITORY.id, now=NOON)
    assert [(one.times, one.proven, one.pulls) for one in history.failures] == [(1, 0, (12,)), (2, 1, (12,))]
    assert (history.rates[0].test, history.rates[0].both) == ("anchor::holds", 1)

    later = await history_facts(database, REPOSITORY.id, now=NOON + timedelta(days=40))
    assert (len(later.failures), later.rates) == (2, ())

    red = replace(workflow_run(), id=300)
    summary = await report_facts(database, REPOSITORY, (red,), now=NOON)
    assert summary.measures[0].usual_seconds is not None


async def test_the_facts_of_costs(database: Database) -> None:
    now = NOON + timedelta(days=18)
    await save_costs(database, now)

    facts = await costs_facts(database, REPOSITORY.id, TODAY, now=now)

    assert facts is not None
    assert facts.reading is not None
    assert facts.reading.sums.total == facts.month[-1].metered == Decimal(63)
    assert (facts.month[0].metered, facts.month[0].settled) == (Decimal(85), Decimal("82.45"))
    assert facts.credits == Decimal("25.5")
    assert [one.before for one in facts.shares[0].rows[:2]] == [Decimal("51.2"), Decimal("21.6")]
    assert (len(facts.points), facts.lines.rows[0].amount) == (49, None)
    assert facts.version == await costs_version(database, REPOSITORY.id, TODAY, now=now)
