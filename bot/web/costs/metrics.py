"""Tells the budgets as Prometheus's metrics, to whoever bears the operator's token."""

from __future__ import annotations

import hmac
from collections import Counter
from typing import TYPE_CHECKING

import structlog
from prometheus_client.core import GaugeMetricFamily

from bot.web.metrics import MORE, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from aiohttp import web
    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from bot.costs.model import Action, Reading
    from bot.costs.standing import Budget
    from bot.storage.database import Database

log = structlog.get_logger()

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


class CostMetrics:
    """Answers scrapes.

    Args:
        token: that a scrape must bear; amounts and names of repositories are not for everybody who finds the port.
        open_database: opens the tables at the first such scrape, so that an idle process stays small.
        clock: the time in UTC.
    """

    def __init__(
        self, *, token: str, open_database: Callable[[], Database], clock: Callable[[], datetime]
    ) -> None:
        self._expected = f"Bearer {token}".encode()
        self._open_database = open_database
        self._clock = clock
        self._database: Database | None = None

    def add_to(self, app: web.Application) -> None:
        """This function will have an application's scrapes told of budgets too."""
        app[MORE] = self._told_to
        app.on_cleanup.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        if self._database is not None:
            self._database.close()

    async def _told_to(self, request: web.Request) -> bytes:
        """The metrics in Prometheus's text format; nothing for who does not bear the token."""
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            return b""
        try:
            return await self._told()
        except Exception:
            # The other metrics say what goes wrong; they must not be lost with these.
            log.exception("cost_metrics_failed")
            return b""

    async def _told(self) -> bytes:
        if self._database is None:
            self._database = self._open_database()
        now = self._clock()
        gauges = await self._database.read(lambda connection: _gauges(connection, now))
        return written(gauges)


class _Gauges:
    """Gauges that are being filled."""

    def __init__(self) -> None:
        self.families = {
            name: GaugeMetricFamily(name, text, labels=("repository", *labels))
            for name, (text, labels) in GAUGES.items()
        }
        self.repository = ""

    def tell(self, name: str, value: object, *labels: str) -> None:
        self.families[f"pilothouse_{name}"].add_metric((self.repository, *labels), float(str(value)))


def _gauges(connection: Connection, now: datetime) -> tuple[Metric, ...]:
    # Imported here: a process that nobody asks does without all this.
    from bot.costs.ladder.rows import actions_of  # noqa: PLC0415 - see above
    from bot.costs.store.budgets import every_budget  # noqa: PLC0415 - see above
    from bot.costs.store.readings import reading_by_id  # noqa: PLC0415 - see above

    gauges = _Gauges()
    for budget in every_budget(connection):
        gauges.repository = budget.repository.full_name
        _tell_budget(gauges, budget, now)
        reading = reading_by_id(connection, budget.reading_id)
        if reading is not None:
            _tell_look(gauges, reading)
        if reading is not None and reading.day == now.date():
            _tell_day(gauges, reading, actions_of(connection, budget.repository.id, reading.day))
    return tuple(gauges.families.values())


def _tell_budget(gauges: _Gauges, budget: Budget, now: datetime) -> None:
    from bot.budget.model import Mode, Stage  # noqa: PLC0415 - as above

    gauges.tell("budget_limit_dollars", budget.limit_at(now))
    gauges.tell("budget_enforced", int(budget.mode is Mode.ENFORCE))
    for stage in Stage:
        gauges.tell("budget_stage", int(budget.stage_at(now) is stage), stage.value)


def _tell_look(gauges: _Gauges, reading: Reading) -> None:
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


def _tell_day(gauges: _Gauges, reading: Reading, actions: Iterable[Action]) -> None:
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
