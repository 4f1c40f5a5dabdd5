"""The nightly story that keeps the database from growing without bound."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, delete

from bot.storage.cost_tables import (
    budget_changes,
    cost_actions,
    cost_meters,
    cost_readings,
    cost_reports,
    cost_settled,
)
from bot.storage.shipping_tables import merge_holds, merge_requests, release_events, releases, train_batches
from bot.storage.stats_tables import pipeline_runs
from bot.storage.supervision_tables import fixes, hung_runs, session_events
from bot.storage.tables import effects, failures, job_results, judgements, retries, summaries
from bot.storage.trust_tables import (
    approvals,
    decisions,
    deployment_events,
    deployments,
    gates,
    protection_requests,
)
from bot.storage.web_tables import rate_budgets, service_levels, sign_ins

if TYPE_CHECKING:
    from datetime import datetime

    from bot.engine.model import Run
    from bot.recovery.flow import Tick
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox

HOUSEKEEPING = "housekeeping"
FORGET_PAYLOADS = "forget_payloads"
# The reconciler asks about deliveries of the last three days.
KEEP_DELIVERIES = timedelta(days=4)
# History looks back a season; verdicts look back a month, and only they need what stood in the logs. An effect's key
# outlives every run that could repeat it; a re-run's row outlives GitHub's limit for re-runs. What stands on a pull
# request is found again on GitHub where its row is gone; a deployment's row is history, and so is a person's word.
KEEP_REPORTS = timedelta(days=30)
KEEP = (
    (failures, failures.c.seen_at, timedelta(days=90)),
    (job_results, job_results.c.seen_at, timedelta(days=90)),
    (retries, retries.c.retried_at, timedelta(days=60)),
    (judgements, judgements.c.said_at, timedelta(days=400)),
    (effects, effects.c.created_at, timedelta(days=14)),
    (summaries, summaries.c.updated_at, timedelta(days=90)),
    (deployments, deployments.c.updated_at, timedelta(days=400)),
    (deployment_events, deployment_events.c.at, timedelta(days=400)),
    (gates, gates.c.updated_at, timedelta(days=400)),
    (protection_requests, protection_requests.c.updated_at, timedelta(days=400)),
    (approvals, approvals.c.given_at, timedelta(days=400)),
    (decisions, decisions.c.decided_at, timedelta(days=90)),
    (merge_requests, merge_requests.c.updated_at, timedelta(days=400)),
    (merge_holds, merge_holds.c.held_at, timedelta(days=400)),
    (train_batches, train_batches.c.updated_at, timedelta(days=90)),
    (releases, releases.c.updated_at, timedelta(days=4000)),
    (release_events, release_events.c.at, timedelta(days=400)),
    (cost_readings, cost_readings.c.read_at, timedelta(days=90)),
    (cost_meters, cost_meters.c.last_at, timedelta(days=400)),
    (cost_settled, cost_settled.c.fetched_at, timedelta(days=400)),
    (cost_actions, cost_actions.c.intended_at, timedelta(days=400)),
    (budget_changes, budget_changes.c.asked_at, timedelta(days=400)),
    (cost_reports, cost_reports.c.written_at, timedelta(days=400)),
    (session_events, session_events.c.at, timedelta(days=90)),
    (hung_runs, hung_runs.c.updated_at, timedelta(days=90)),
    (fixes, fixes.c.updated_at, timedelta(days=400)),
    (pipeline_runs, pipeline_runs.c.ended_at, timedelta(days=400)),
    (sign_ins, sign_ins.c.expires_at, timedelta(0)),
    (service_levels, service_levels.c.ended_at, timedelta(days=90)),
    (rate_budgets, rate_budgets.c.updated_at, timedelta(days=2)),
)

_log = structlog.get_logger()


async def keep_house(run: Run, _tick: Tick, *, database: Database, inbox: Inbox) -> None:
    """This function will delete what nothing asks for any more."""
    now = await run.now()
    deliveries = await run.step("deliveries", lambda: inbox.forget(now - KEEP_DELIVERIES), returns=int)
    rows = await run.step(
        "rows", lambda: database.write(lambda connection: _forget(connection, now)), returns=int
    )
    _log.info("house_kept", deliveries=deliveries, rows=rows)


async def forget_payloads(run: Run, _tick: Tick, *, inbox: Inbox, keep: timedelta) -> None:
    """This function will delete what handled deliveries said, once nobody may want to see it any more."""
    now = await run.now()
    await run.step("payloads", lambda: inbox.forget_payloads(now - keep), returns=int)


def _forget(connection: Connection, now: datetime) -> int:
    old = (job_results.c.seen_at < now - KEEP_REPORTS) & (job_results.c.report != "")
    connection.execute(job_results.update().where(old).values(report=""))
    return sum(
        connection.execute(delete(table).where(age < now - keep)).rowcount for table, age, keep in KEEP
    )
