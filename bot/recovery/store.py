"""Moments that are remembered: how far the delivery list was read, since when people may read less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from bot.storage.tables import watermarks

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Database

NARROWED = "narrowed"  # the moment since which people may read less than GitHub told of them before


async def watermark(database: Database, name: str) -> datetime | None:
    """This function will return the moment up to which everything is settled, or None at the first time."""
    query = select(watermarks.c.at).where(watermarks.c.name == name)
    return await database.read(lambda connection: connection.execute(query).scalar())


async def move_watermark(database: Database, name: str, at: datetime) -> None:
    """This function will store the moment up to which everything is settled."""

    def change(connection: Connection) -> None:
        mine = watermarks.c.name == name
        if connection.execute(watermarks.update().where(mine).values(at=at)).rowcount == 0:
            connection.execute(watermarks.insert().values(name=name, at=at))

    await database.write(change)
