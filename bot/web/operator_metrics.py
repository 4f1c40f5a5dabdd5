"""Tells budgets, supervision and pipelines as Prometheus's metrics, to whoever bears the operator's token."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.web.metrics import MORE, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aiohttp import web
    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from bot.storage.database import Database

    Teller = Callable[[Connection, datetime], tuple[Metric, ...]]

log = structlog.get_logger()

_SLOW = timedelta(minutes=5)


class OperatorMetrics:
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
        self._kept: dict[str, tuple[datetime, bytes]] = {}  # until when what was told holds

    def add_to(self, app: web.Application) -> None:
        """This function will have an application's scrapes told of budgets, supervision and pipelines too."""
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
        return b"".join([await self._told(name, tell, holds) for name, tell, holds in _tellers()])

    async def _told(self, name: str, tell: Teller, holds: timedelta) -> bytes:
        """The other metrics say what goes wrong; they must not be lost with these."""
        now = self._clock()
        until, text = self._kept.get(name, (now, b""))
        if now < until:
            return text
        try:
            if self._database is None:
                self._database = self._open_database()
            text = written(await self._database.read(lambda connection: tell(connection, now)))
        except Exception:
            log.exception("operator_metrics_failed", of=name)
            return b""
        self._kept[name] = (now + holds, text)
        return text


def _tellers() -> tuple[tuple[str, Teller, timedelta], ...]:
    # Imported here: a process that nobody asks does without all this.
    from bot.web.agents.metrics import supervision_gauges  # noqa: PLC0415 - see above
    from bot.web.costs.metrics import cost_gauges  # noqa: PLC0415 - see above
    from bot.web.installed_metrics import installed_gauges  # noqa: PLC0415 - see above
    from bot.web.pipeline.metrics import pipeline_gauges  # noqa: PLC0415 - see above

    return (
        ("installed", installed_gauges, timedelta()),
        ("costs", cost_gauges, timedelta()),
        ("supervision", supervision_gauges, timedelta()),
        ("pipeline", pipeline_gauges, _SLOW),  # two weeks of runs are read for it, and they change slowly
    )
