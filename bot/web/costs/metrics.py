"""What a scrape is told of budgets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.budget.model import Mode, Stage
from bot.costs.ladder.rows import actions_of
from bot.costs.store.budgets import every_budget
from bot.costs.store.readings import reading_by_id
from bot.web.gauges import Gauges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from bot.costs.model import Action, Reading
    from bot.costs.standing import Budget

# Every gauge: what it says, and by what beside the repository. One that is not known is not told: no zero stands in.
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pilothouse_budget_limit_dollars": ("The limit of the day, with what extends it.", ()),
    "pilothouse_budget_spent_dollars": ("Spent on the day (UTC) so far.", ()),
    "pilothouse_budget_forecast_dollars": ("What the whole day will cost.", ("bound",)),
    "pilothouse_budget_rate_dollars_per_hour": ("What an hour costs now.", ()),
    "pilothouse_budget_stage": ("1 for the stage that the budget is at.", ("stage",)),
    "pilothouse_budget_enforced": ("1 where the limit acts, 0 in a dry run.", ()),
    "pilothouse_budget_sure": ("1 where the newest reading is sure enough to act on.", ()),
    "pilothouse_budget_read_timestamp_seconds": ("When the costs were read last.", ()),
    "pilothouse_cost_service_dollars": ("Spent on the day by service.", ("service",)),
    "pilothouse_cost_agent_dollars": ("Spent on the day by agent; empty for none.", ("agent",)),
    "pilothouse_cost_untagged_dollars": ("Spent on the day by what does not say whose it is.", ()),
    "pilothouse_cost_error_ratio": ("How far the meters are off the settled days of a fortnight.", ()),
    "pilothouse_cost_gaps": ("What could not be seen at the newest look, by kind.", ("kind",)),
    "pilothouse_cost_source_timestamp_seconds": ("Until when a source's data is whole.", ("source",)),
    "pilothouse_cost_actions": ("What the limit did on the day.", ("kind", "state")),
    "pilothouse_cost_aws_requests": ("Requests to AWS at the newest look, by operation.", ("operation",)),
}


def cost_gauges(connection: Connection, now: datetime) -> tuple[Metric, ...]:
    """This function will tell how each budget stands."""
    gauges = Gauges(GAUGES)
    for budget in every_budget(connection):
        gauges.repository = budget.repository.full_name
        _tell_budget(gauges, budget, now)
        reading = reading_by_id(connection, budget.reading_id)
        if reading is not None:
            _tell_look(gauges, reading)
        if reading is not None and reading.day == now.date():
            _tell_day(gauges, reading, actions_of(connection, budget.repository.id, reading.day))
    return gauges.metrics


def _tell_budget(gauges: Gauges, budget: Budget, now: datetime) -> None:
    gauges.tell("budget_limit_dollars", budget.limit_at(now))
    gauges.tell("budget_enforced", int(budget.mode is Mode.ENFORCE))
    for stage in Stage:
        gauges.tell("budget_stage", int(budget.stage_at(now) is stage), stage.value)


def _tell_look(gauges: Gauges, reading: Reading) -> None:
    gauges.tell("budget_read_timestamp_seconds", reading.read_at.timestamp())
    gauges.tell("budget_sure", int(reading.is_sure))
    if reading.reconciliation.error is not None:
        gauges.tell("cost_error_ratio", reading.reconciliation.error)
    for kind, count in Counter(gap.kind.value for gap in reading.gaps).items():
        gauges.tell("cost_gaps", count, kind)
    for source in reading.sources:
        if source.data_until is not None:
            gauges.tell("cost_source_timestamp_seconds", source.data_until.timestamp(), source.source)
    for operation, count in reading.calls.items():
        gauges.tell("cost_aws_requests", count, operation)


def _tell_day(gauges: Gauges, reading: Reading, actions: Iterable[Action]) -> None:
    """What holds of the running day alone."""
    sums, forecast = reading.sums, reading.forecast
    gauges.tell("budget_spent_dollars", sums.total)
    for bound, amount in (("low", forecast.low), ("likely", forecast.likely), ("high", forecast.high)):
        gauges.tell("budget_forecast_dollars", amount, bound)
    gauges.tell("budget_rate_dollars_per_hour", forecast.rate)
    gauges.tell("cost_untagged_dollars", sums.untagged)
    for service, amount in sums.by_service.items():
        gauges.tell("cost_service_dollars", amount, service)
    for agent, amount in sums.by_agent.items():
        gauges.tell("cost_agent_dollars", amount, agent)
    for (kind, state), count in Counter((one.kind.value, one.state.value) for one in actions).items():
        gauges.tell("cost_actions", count, kind, state)
