"""Keeps the list of known repositories: by what deliveries tell by the way, and by GitHub's word when one changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.model import Queue, Start
from bot.github.errors import NotFound
from bot.github.sightings import KnownRepository, list_repositories, read_repository, repository_seen
from bot.recovery.known import forget_repository, keep_installation, learn
from bot.recovery.store import NARROWED, move_watermark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.engine.dispatcher import Decode
    from bot.engine.model import Intent, Run
    from bot.github.app import GitHub
    from bot.github.events import Unreadable
    from bot.storage.database import Database

KNOW = "know_repositories"
_EVERY_SECONDS = 1.0
_OF_REPOSITORIES = "repository"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowRepositories:
    """The request of `know_repositories`: an installation was made, changed or taken away, or one repository was."""

    installation_id: int
    is_gone: bool
    cause: str
    repository_id: int = 0  # 0: all of the installation
    full_name: str = ""

    def start(self) -> Start:
        """This function will name the run that reads the installation's list."""
        return Start(
            flow=KNOW,
            run_id=f"{KNOW}-{self.installation_id}-{self.cause}",
            request=self,
            partition=f"{KNOW}-{self.installation_id}",
            queue=Queue.CLOCK,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Knower:
    """Reads an installation's whole list, or one repository."""

    github: GitHub
    database: Database
    clock: Callable[[], datetime]

    async def know(self, run: Run, request: KnowRepositories) -> None:
        """This function will keep what an installation reaches now."""
        keep = self._keep_one if request.repository_id else self._keep
        await run.step("know", lambda: keep(request), returns=int)

    async def _keep_one(self, request: KnowRepositories) -> int:
        """Events come in any order, and late: what holds is what GitHub says now."""
        at, installation_id = self.clock(), request.installation_id
        try:
            found = await read_repository(self.github, installation_id, request.full_name)
        except NotFound:
            found = None
        is_there = found is not None and found.repository_id == request.repository_id

        def keep(connection: Connection) -> None:
            if found is not None:  # where it is another one that has the name now, that one is news too
                learn(connection, (found,), at=at)
            if not is_there:
                number = request.repository_id
                forget_repository(connection, number, installation_id=installation_id, at=at)

        await self.database.write(keep)
        if found is None or found.is_private or not is_there:
            await move_watermark(self.database, NARROWED, self.clock())
        return int(is_there)

    async def _keep(self, request: KnowRepositories) -> int:
        at, installation_id = self.clock(), request.installation_id
        found = () if request.is_gone else await list_repositories(self.github, installation_id)
        await self.database.write(
            lambda connection: keep_installation(connection, installation_id, found, at=at)
        )
        return len(found)


@dataclass(slots=True, kw_only=True)
class Sightings:
    """Notes the repositories that deliveries are about; what is lost with a crash, the next one tells again."""

    database: Database
    clock: Callable[[], datetime]
    every: float = _EVERY_SECONDS
    _told: dict[int, KnownRepository] = field(default_factory=dict)
    _new: dict[int, KnownRepository] = field(default_factory=dict)
    _since: datetime | None = None  # when the first of these was told

    def noting(self, decode: Decode) -> Decode:
        """This function will make a reader of deliveries that notes what they tell by the way."""

        def read(name: str, payload: Any, guid: str) -> tuple[Intent, ...] | Unreadable:
            if name != _OF_REPOSITORIES:  # a run asks how it stands: what was deleted is not to come back
                self.note(payload)
            return decode(name, payload, guid)

        return read

    def note(self, payload: Any) -> None:
        """This function will note which repository a delivery is about, where that is news."""
        seen = repository_seen(payload)
        if seen is not None and self._told.get(seen.repository_id) != seen:
            if not self._new:
                self._since = self.clock()
            self._told[seen.repository_id] = self._new[seen.repository_id] = seen

    async def run(self) -> None:
        """This function will write down what is new, for ever."""
        while True:
            await asyncio.sleep(self.every)
            try:
                await self.write()
            except SQLAlchemyError:  # the database may be away for a while: it is tried again
                _log.exception("sightings_not_written", count=len(self._new))

    async def write(self) -> None:
        """This function will write down what is new."""
        if self._since is None:
            return
        # As old as the oldest of them: what was asked of GitHub meanwhile is newer.
        found, at, began = dict(self._new), self._since, self.clock()
        await self.database.write(lambda connection: learn(connection, found.values(), at=at))
        self._new = {number: one for number, one in self._new.items() if found.get(number) is not one}
        self._since = began if self._new else None
