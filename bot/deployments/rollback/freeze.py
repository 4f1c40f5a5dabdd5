"""Freezes an environment after an automatic rollback, and opens the one issue that tells people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.audit.store import append
from bot.deployments.leases.model import Holder, HoldKind, Place
from bot.deployments.leases.record import lease_entry
from bot.deployments.leases.store import hold
from bot.deployments.rollback.render import Frozen, freeze_marker, freeze_reason, freeze_title, render_frozen
from bot.engine.model import Start
from bot.github.errors import GitHubError
from bot.github.issues import create_issue, find_issue
from bot.github.models import Actor, RepositoryRef

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run

REPORT_FREEZE = "report_freeze"
BOT = Actor(id=0, login="pilothouse", type="Bot")
_PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """An environment of a repository to be frozen, and why."""

    repository: RepositoryRef
    frozen: Frozen

    @property
    def key(self) -> str:
        """What tells this freeze from every other one."""
        return f"{REPORT_FREEZE}-{self.repository.id}-{self.frozen.deployment_id}"

    def start(self) -> Start:
        """This function will make the start of the run that opens the issue when GitHub is back."""
        partition = f"{self.repository.full_name}:{self.frozen.environment.casefold()}"
        return Start(flow=REPORT_FREEZE, run_id=self.key, request=self, partition=partition)


async def freeze(run: Run, freezing: Freezing, *, services: Services) -> str:
    """This function will freeze the environment, and return the address of the issue about it, or "" for now."""
    now = await run.now()
    frozen = freezing.frozen
    place = Place(repository_id=freezing.repository.id, environment=frozen.environment)
    holder = Holder(
        run_id=freezing.key,
        kind=HoldKind.FREEZE,
        person=BOT,
        number=frozen.number,
        sha=frozen.sha,
        reason=freeze_reason(frozen),
    )

    def change(connection: Connection) -> None:
        lease = hold(connection, place, holder, now=now, until=None)
        append(connection, lease_entry(lease, "environment frozen", now=now))

    await run.step("freeze", lambda: services.database.write(change), returns=None)
    url = await _try_issue(run, freezing, services)
    if not url:
        await run.send(freezing.start())
    return url


async def report_freeze(run: Run, freezing: Freezing, *, services: Services) -> None:
    """This function will open the issue about a frozen environment, be GitHub down for hours."""
    for patience in _PATIENCE:
        if await _try_issue(run, freezing, services):
            return
        await run.sleep(patience)
    await _try_issue(run, freezing, services)


async def _try_issue(run: Run, freezing: Freezing, services: Services) -> str:
    try:
        return await run.step("issue", lambda: _open_issue(freezing, services), returns=str)
    except GitHubError as error:
        _log.warning("freeze_issue_not_opened", environment=freezing.frozen.environment, error=str(error))
        return ""


async def _open_issue(freezing: Freezing, services: Services) -> str:
    repo, frozen = services.repository(freezing.repository), freezing.frozen

    async def create() -> str:
        made = await create_issue(repo, title=freeze_title(frozen), body=render_frozen(frozen))
        return made.html_url

    async def find() -> str | None:
        marker = freeze_marker(frozen.environment, frozen.deployment_id)
        found = await find_issue(repo, marker=marker, state="all")
        return found.html_url if found else None

    return await services.effects.once(f"issue/{freezing.key}", create, read_back=find, returns=str)
