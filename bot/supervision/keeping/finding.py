"""Finds which repositories have something to watch: their configuration says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.config.repository import ConfigurationErrors, RepositoryConfig, read_configuration
from bot.config.supervising import AliveConfig, Conduct, FixConfig, RunsConfig, SupervisionConfig, WatchConfig
from bot.github.errors import GitHubError
from bot.github.models import RepositoryRef
from bot.github.reach import given_repositories
from bot.supervision.keeping.store import forget_supervision, keep_supervision, supervision_of
from bot.supervision.model import (
    FindSupervision,
    FindSupervisions,
    SuperviseBuilds,
    Supervised,
    Supervision,
    WatchSessions,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run

_PATIENCE = 30.0  # seconds; sessions are watched while GitHub is away, too
_OBSERVED = SupervisionConfig(
    watch=WatchConfig(conduct=Conduct.OBSERVE, push=Conduct.OBSERVE, files=Conduct.OBSERVE),
    runs=RunsConfig(conduct=Conduct.OBSERVE),
    fix=FixConfig(conduct=Conduct.OBSERVE),
    alive=AliveConfig(issue=False),
)

_log = structlog.get_logger()


class _Look(StrEnum):
    """What is looked at once the configuration was read."""

    SESSIONS = "sessions"
    BUILDS = "builds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Keeps the rows of what is watched as the configuration says."""

    services: Services

    async def find(self, run: Run, request: FindSupervision) -> None:
        """This function will read what the repository has to watch, and have what is new looked at."""
        now = await run.now()
        find = partial(self._find, request.repository, now)
        looks = await run.step("find", find, returns=tuple[_Look, ...])
        if _Look.SESSIONS in looks:
            await run.send(WatchSessions(repository=request.repository, cause=request.cause).start())
        if _Look.BUILDS in looks:
            await run.send(SuperviseBuilds(repository=request.repository, cause=request.cause).start())

    async def find_all(self, run: Run, request: FindSupervisions) -> None:
        """This function will have the configuration of repositories read that the App was given."""
        given = partial(
            given_repositories, self.services.github, request.installation_id, frozenset(request.names)
        )
        for repository in await run.step("given", given, returns=tuple[RepositoryRef, ...]):
            await run.send(FindSupervision(repository=repository, cause=request.cause).start())

    async def _find(self, repository: RepositoryRef, now: datetime) -> tuple[_Look, ...]:
        """What is new is looked at at once; where nothing is watched any more, the heartbeat is ended."""
        known = await self.services.database.read(
            lambda connection: supervision_of(connection, repository.id)
        )
        found = await find_supervision(repository, self.services, now=now)
        if found is not None and found.is_over:
            return (_Look.BUILDS,)
        if known is not None or found is None:
            return ()
        sessions = (_Look.SESSIONS,) if found.supervised.agents else ()
        return (*sessions, _Look.BUILDS) if found.supervised.is_asked_for else sessions


async def find_supervision(
    repository: RepositoryRef, services: Services, *, now: datetime
) -> Supervision | None:
    """This function will read what the repository has to watch, and keep, change or forget its row.

    Where the configuration cannot be read or has mistakes, the newest that could be read goes on to hold.
    """
    database = services.database
    try:
        async with asyncio.timeout(_PATIENCE):
            read = await read_configuration(services.repository(repository))
    except (GitHubError, TimeoutError) as error:
        _log.warning("supervision_not_read", repository=repository.full_name, error=str(error))
        return await database.read(lambda connection: supervision_of(connection, repository.id))
    if isinstance(read, ConfigurationErrors):
        return await database.read(lambda connection: supervision_of(connection, repository.id))
    keep = partial(_keep, repository=repository, supervised=supervised_by(read), now=now)
    return await database.write(keep)


def _keep(
    connection: Connection, *, repository: RepositoryRef, supervised: Supervised | None, now: datetime
) -> Supervision | None:
    """Keep the row, or forget it; where a heartbeat stands, the row stays until that is ended, or it would alarm."""
    known = supervision_of(connection, repository.id)
    if supervised is None and (known is None or known.alive_issue is None):
        forget_supervision(connection, repository.id)
        return None
    nothing = Supervised(config=_OBSERVED, is_asked_for=False)
    keep_supervision(connection, repository, supervised or nothing, now=now)
    return supervision_of(connection, repository.id)


def supervised_by(config: RepositoryConfig) -> Supervised | None:
    """This function will say what the configuration has to watch; agents without `supervision` are only observed."""
    if config.supervision is None and not config.agents:
        return None
    return Supervised(
        agents=config.agents,
        hosts=config.hosts,
        accounts=config.costs.accounts if config.costs is not None else (),
        config=config.supervision if config.supervision is not None else _OBSERVED,
        is_asked_for=config.supervision is not None,
    )
