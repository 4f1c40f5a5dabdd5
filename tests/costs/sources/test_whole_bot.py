"""The sources in the whole bot: what a pull request's workflows cost is metered, attributed and said on it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.model import GapKind
from bot.deployments.model import DeploymentRow
from bot.deployments.store import save
from bot.github.models import DeploymentState, Sha
from bot.localhub.state import runs
from tests.support.costs import costing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.bot import Bot

CONFIG = "costs:\n  limit: 100\n  report: {issue: false}\n  fixed:\n    rent: {per_day: 24, service: Desk}\n"


def _run(bot: Bot, minutes: int) -> int:
    """Run a workflow with two jobs of that many minutes on the pull request, of which one fails; return its id."""
    store, repository = bot.hub.store, bot.repository
    workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=bot.pull.head_sha, head_branch=bot.pull.head_ref, actor=bot.ada)
    run = runs.start_run(store, repository, workflow, new, jobs=("test", "lint"))
    for job in run.latest.jobs:
        runs.start_job(store, job)
    bot.clock.advance(timedelta(minutes=minutes))
    bot.finish(run, {"test": b"error: it broke\n", "lint": None})
    return run.id


@pytest.mark.parametrize("repeat", [False, True])
async def test_a_pull_request_hears_what_its_workflows_cost(tmp_path: Path, repeat: bool) -> None:  # noqa: FBT001 - a table
    """Metered once however often a step happens, and told with its next failure."""
    async with costing(tmp_path, config=CONFIG, repeat_every_step=repeat) as costs:
        bot = costs.bot
        _run(bot, 10)
        await bot.settle()
        assert "Spent" not in bot.summaries()[0]
        await costs.tick()
        reading = await costs.tick(timedelta(hours=3, minutes=35))
        assert reading.sums.by_pull == {"": Decimal(4), f"#{bot.pull.number}": Decimal("0.12")}
        assert reading.sums.by_service == {"Desk": Decimal(4), "GitHub Actions": Decimal("0.12")}
        own = [gap.kind for gap in reading.gaps if gap.source == "actions"]
        assert own == [GapKind.NO_DATA]  # GitHub's own bill
        _run(bot, 5)
        await bot.settle()
        (said,) = bot.summaries()
        assert "Spent on this pull request so far: $0.12 (CI $0.12)." in said
        assert (await costs.tick()).sums.by_pull[f"#{bot.pull.number}"] == Decimal("0.18")


async def test_what_a_deployment_ran_is_spent_in_its_environment(tmp_path: Path) -> None:
    """The summary tells it from CI."""
    async with costing(tmp_path, config=CONFIG) as costs:
        bot = costs.bot
        run = _run(bot, 10)
        row = DeploymentRow(
            repository_id=bot.ref.id,
            deployment_id=1,
            number=bot.pull.number,
            environment="staging",
            sha=Sha(bot.pull.head_sha),
            workflow_run_id=run,
            run_id="deploy-1",
            state=DeploymentState.SUCCESS,
            updated_at=costs.now,
        )
        await bot.database.write(lambda rows: save(rows, row))
        reading = await costs.tick()
        assert reading.sums.by_environment["staging"] == Decimal("0.12")
        _run(bot, 1)
        await bot.settle()
        (said,) = bot.summaries()
        assert "so far: $0.12 (deployments $0.12)." in said
