"""Keeps the issue that tells when each part of supervision looked last."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.costs.store.budgets import budget_of
from bot.github.errors import GitHubError, NotFound
from bot.github.hung_runs import get_workflow, newest_runs
from bot.github.issues import create_issue, find_issue, update_issue
from bot.github.limits import Priority
from bot.page_links import AGENTS, Kind
from bot.supervision.alive.model import ALARM_FILE, Alarm, AlarmState, Heartbeat
from bot.supervision.alive.parts import LIMIT, alarm_of, parts_of
from bot.supervision.alive.render import TITLE, heartbeat_marker, render_heartbeat, render_off
from bot.supervision.keeping.store import forget_supervision, save_supervision, supervision_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.supervision.model import Supervision

_log = structlog.get_logger()


async def beat(run: Run, supervision: Supervision, services: CostServices) -> None:
    """This function will make the heartbeat issue say what was looked at; call it once in each cycle, at its end.

    Where GitHub does not take it, the next cycle writes it: a heartbeat never stops what it tells of.
    """
    now, world, repository = await run.now(), services.services, supervision.repository
    repo = world.github.repository(repository, priority=Priority.SUMMARY)
    beating = _Beating(repo=repo, services=world, now=now)
    try:
        await run.step("heartbeat", beating.beat, returns=None)
    except GitHubError as error:
        _log.warning("heartbeat_not_written", repository=repository.full_name, error=str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beating:
    """Writes the issue once; it may be done twice."""

    repo: RepositoryClient
    services: Services
    now: datetime

    async def beat(self) -> None:
        """This function will open or edit the issue; where it says the same already, GitHub is not asked."""
        known = await self.services.database.read(
            lambda connection: supervision_of(connection, self.repo.ref.id)
        )
        if known is None:
            return
        wanted = known.supervised.config.alive
        if not wanted.issue and known.alive_issue is None:
            return
        body = await self._body(known) if wanted.issue else render_off()
        digest = hashlib.sha256(body.encode()).hexdigest()
        if known.alive_digest == digest:
            return
        number = await self._write(known, body)
        await self.services.database.write(lambda connection: self._note(connection, number, digest))

    async def _body(self, known: Supervision) -> str:
        budget = await self.services.database.read(lambda connection: budget_of(connection, self.repo.ref.id))
        parts = parts_of(known, costs_read_at=None if budget is None else budget.read_at, now=self.now)
        links = self.services.links
        url = "" if links is None else links.address(self.repo.ref.id, Kind.AGENTS, AGENTS, now=self.now)
        slug, label = (await self.repo.identity()).slug, known.supervised.config.alive.label
        return render_heartbeat(
            Heartbeat(
                at=self.now,
                limit=LIMIT,
                parts=parts,
                alarm=await self._alarm(),
                command=f"pilothouse supervision alarm --app {slug} --label {shlex.quote(label)}",
                url=url,
            )
        )

    async def _alarm(self) -> Alarm:
        """Who watches the watchman: the alarm's own runs. Both answers are kept, so that they mostly cost nothing."""
        try:
            workflow = await get_workflow(self.repo, ALARM_FILE)
            return alarm_of(workflow, await newest_runs(self.repo, ALARM_FILE), now=self.now)
        except NotFound:
            return Alarm(state=AlarmState.MISSING)
        except GitHubError:
            return Alarm(state=AlarmState.UNKNOWN)

    async def _write(self, known: Supervision, body: str) -> int | None:
        """The number of the issue; None once there is none and none is wanted."""
        is_wanted = known.supervised.config.alive.issue
        number = known.alive_issue or await self._find()
        if number is not None and await self._edit(number, body, is_closed=not is_wanted):
            return number
        return await self._open(known, body) if is_wanted else None

    async def _find(self) -> int | None:
        found = await find_issue(self.repo, marker=heartbeat_marker(), state="all")
        return None if found is None else found.number

    async def _edit(self, number: int, body: str, *, is_closed: bool) -> bool:
        try:
            await update_issue(self.repo, number, title=TITLE, body=body, is_closed=is_closed)
        except NotFound:  # somebody deleted it, or switched issues off: then none can be opened either
            return False
        return True

    async def _open(self, known: Supervision, body: str) -> int:
        labels = (known.supervised.config.alive.label,)

        async def act() -> int:
            return (await create_issue(self.repo, title=TITLE, body=body, labels=labels)).number

        lost = "" if known.alive_issue is None else f"/after-{known.alive_issue}"
        key = f"heartbeat/{self.repo.ref.id}{lost}"
        return await self.services.effects.once(key, act, read_back=self._find, returns=int)

    def _note(self, connection: Connection, number: int | None, digest: str) -> None:
        row = supervision_of(connection, self.repo.ref.id, for_change=True)
        if row is not None and row.is_over:
            forget_supervision(connection, self.repo.ref.id)
        elif row is not None:
            save_supervision(connection, replace(row, alive_issue=number, alive_digest=digest))
