"""The ledger of outside effects: each happens once, even when a process dies or an answer is lost half-way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import msgspec
import sqlalchemy

from bot.forms import decode
from bot.github.errors import Uncertain
from bot.storage.tables import effects

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from typing_extensions import TypeForm

    from bot.storage.database import Database

    Note = Callable[[Connection, str, str, datetime], None]  # the key, the result as JSON, when it was known

T = TypeVar("T")

# Seconds before each look for the trace of an act whose answer was lost: on a bad day several are lost in a row.
_PAUSES = (0.0, 2.0, 8.0)


class Effects:
    """Does outside effects once each, remembered by key."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        pauses: Sequence[float] = _PAUSES,
        note: Note | None = None,
    ) -> None:
        self._note = note  # called for each effect in the transaction that remembers it
        self._database = database
        self._clock = clock
        self._pauses = pauses

    async def once(
        self,
        key: str,
        act: Callable[[], Awaitable[T]],
        *,
        read_back: Callable[[], Awaitable[T | None]],
        returns: TypeForm[T],
    ) -> T:
        """This function will do the act and remember its result; where it was done already, it returns that result.

        Where it is not known whether the act happened (a crash, a lost answer), `read_back` looks for its trace in
        the outside world first, and the act is repeated only when there is none.
        """
        known, result = await self._database.write(lambda connection: self._claim(connection, key))
        if result is not None:
            return decode(result, returns)
        found = await read_back() if known else None
        value = found if found is not None else await self._act(act, read_back)
        encoded = msgspec.json.encode(value).decode()
        await self._database.write(lambda connection: self._remember(connection, key, encoded))
        return value

    def _remember(self, connection: Connection, key: str, result: str) -> None:
        connection.execute(effects.update().where(effects.c.key == key).values(result=result))
        if self._note is not None:
            self._note(connection, key, result, self._clock())

    async def _act(self, act: Callable[[], Awaitable[T]], read_back: Callable[[], Awaitable[T | None]]) -> T:
        for pause in self._pauses:
            try:
                return await act()
            except Uncertain:
                await asyncio.sleep(pause)
                found = await read_back()
                if found is not None:
                    return found
        return await act()

    def _claim(self, connection: Connection, key: str) -> tuple[bool, str | None]:
        row = connection.execute(sqlalchemy.select(effects.c.result).where(effects.c.key == key)).first()
        if row is not None:
            return True, row.result
        connection.execute(effects.insert().values(key=key, result=None, created_at=self._clock()))
        return False, None
