"""Notes that somebody's wait is over, where it ends; a note that fails stops nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.levels.model import Kind, Wait
from bot.levels.rules import counts
from bot.levels.store import note_wait
from bot.recovery.known import known_since

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Notes waits, each cause once, however often a step is repeated."""

    database: Database
    clock: Callable[[], datetime]
    observe: Callable[[Wait], None]  # told of each wait that counts, once

    async def acknowledged(self, cause: str, repository_id: int, *, began_at: datetime) -> None:
        """This function will note that a command was answered for the first time."""
        await self._note(Kind.ACKNOWLEDGED, cause, repository_id, began_at)

    async def summarised(self, cause: str, repository_id: int, *, began_at: datetime) -> None:
        """This function will note that a red workflow run was summed up for the first time."""
        await self._note(Kind.SUMMARISED, cause, repository_id, began_at)

    async def merged(self, cause: str, repository_id: int, *, began_at: datetime) -> None:
        """This function will note that what was ready was merged."""
        await self._note(Kind.MERGED, cause, repository_id, began_at)

    async def merged_in_line(self, cause: str, repository_id: int, *, began_at: datetime) -> None:
        """This function will note that a train, or GitHub's merge queue, merged what was ready."""
        await self._note(Kind.MERGED_IN_LINE, cause, repository_id, began_at)

    async def _note(self, kind: Kind, cause: str, repository_id: int, began_at: datetime) -> None:
        wait = Wait(
            kind=kind, cause=cause, repository_id=repository_id, began_at=began_at, ended_at=self.clock()
        )
        try:
            is_first = await self.database.write(lambda connection: _noted(connection, wait))
        except SQLAlchemyError as error:  # what was waited for is there all the same
            log.warning("wait_not_noted", kind=kind, error=str(error))
            return
        if is_first:
            self.observe(wait)


def _noted(connection: Connection, wait: Wait) -> bool:
    since = known_since(connection, wait.repository_id)
    return counts(wait, known_since=since) and note_wait(connection, wait)
