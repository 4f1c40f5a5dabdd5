"""GET /healthz: fails when progress stops, not only when a process dies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.storage.inbox import Backlog, Beat, Inbox

STUCK_SECONDS = 10.0
SILENCE = timedelta(seconds=60)
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What health is judged by."""

    now: datetime
    started_at: datetime
    stuck_seconds: float
    backlog: Backlog
    unmoved_since: datetime | None  # since when the same delivery has been the oldest that waits
    beats: Sequence[Beat]


def find_problems(signs: Signs) -> tuple[str, ...]:
    """This function will say in words what does not go on; nothing means healthy."""
    problems: list[str] = []
    if signs.stuck_seconds > STUCK_SECONDS:
        problems.append(
            f"The inbox writer has been stuck for {signs.stuck_seconds:.0f} s: look at the disk or server."
        )
    newest = max((beat.at for beat in signs.beats), default=None)
    if signs.now - (newest or signs.started_at) > SILENCE:
        since = "it never began" if newest is None else f"last heard of at {newest:%H:%M:%S} UTC"
        problems.append(f"No worker shows a sign of life: {since}. See the worker's log.")
    unmoved = signs.unmoved_since
    if unmoved is not None and signs.now - unmoved > PATIENCE:
        problems.append(
            f"{signs.backlog.waiting} deliveries wait, and nothing has moved since {unmoved:%Y-%m-%d %H:%M:%S} UTC."
        )
    return tuple(problems)


@dataclass(slots=True, kw_only=True)
class Health:
    """Answers whether the bot makes progress."""

    inbox: Inbox
    clock: Callable[[], datetime]
    started_at: datetime
    _first: int | None = None
    _first_seen: datetime | None = None

    async def handle(self, _request: web.Request) -> web.Response:
        """This function will answer 200 while there is progress and 503 with the reasons otherwise."""
        backlog, beats = await self.inbox.backlog(), await self.inbox.beats()
        signs = Signs(
            now=self.clock(),
            started_at=self.started_at,
            stuck_seconds=self.inbox.stuck_seconds(),
            backlog=backlog,
            unmoved_since=self._unmoved_since(backlog.first),
            beats=beats,
        )
        problems = find_problems(signs)
        return web.json_response(
            {
                "status": "failing" if problems else "ok",
                "problems": problems,
                "waiting": signs.backlog.waiting,
                "failed": signs.backlog.failed,
                "workers": sum(signs.now - beat.at <= SILENCE for beat in signs.beats),
            },
            status=503 if problems else 200,
        )

    def _unmoved_since(self, first: int | None) -> datetime | None:
        """A long backlog is no problem while its head moves."""
        if first is None:
            self._first_seen = None
        elif first != self._first or self._first_seen is None:
            self._first_seen = self.clock()
        self._first = first
        return self._first_seen
