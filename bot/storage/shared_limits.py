"""One row an installation, by which the workers of all machines keep to GitHub's limits together (PostgreSQL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from bot.github.sharing import Told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.github.tuning import Pace
    from bot.storage.database import Database

# A row is made of the server's clock alone: the workers' need not agree. What a crash loses of it, GitHub says again.
_UNHURRIED = text("set local synchronous_commit to off")
_STANDING = text(
    "select extract(epoch from blocked_until - clock_timestamp()),"
    " extract(epoch from next_write_at - clock_timestamp()) from rate_budgets where installation_id = :id"
)
# A bucket in one number: the time at which it will be full again lies so far ahead as writes were taken from it.
_TAKE = text("""
update rate_budgets set updated_at = clock_timestamp(),
  next_write_at = greatest(next_write_at, clock_timestamp()) + make_interval(secs => :interval)
where installation_id = :id
  and coalesce(blocked_until <= clock_timestamp(), true)
  and coalesce(next_write_at <= clock_timestamp() + make_interval(secs => :slack), true)
""")
_FIRST = text("""
insert into rate_budgets (installation_id, next_write_at, updated_at)
values (:id, clock_timestamp() + make_interval(secs => :interval), clock_timestamp())
on conflict (installation_id) do nothing
""")
_CLOSE = text("""
insert into rate_budgets as known (installation_id, blocked_until, updated_at)
values (:id, clock_timestamp() + make_interval(secs => :seconds), clock_timestamp())
on conflict (installation_id) do update set updated_at = excluded.updated_at,
  blocked_until = greatest(known.blocked_until, excluded.blocked_until)
""")
_SOON = 0.05  # somebody else made the row at this moment


class PostgresLimits:
    """What all workers on one PostgreSQL database know of GitHub's limits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, installation_id: int) -> Told:
        """This function will say whether somebody met a limit that still holds."""
        closed, _ = await self._database.read(lambda connection: _ahead(connection, installation_id))
        return Told(closed_seconds=closed)

    async def take_write(self, installation_id: int, pace: Pace, reserve: int) -> Told:
        """This function will take one content write from what all share, unless less than the reserve were left."""
        interval = 1 / pace.writes_a_second
        slack = (pace.write_burst - 1 - reserve) * interval

        def take(connection: Connection) -> Told:
            connection.execute(_UNHURRIED)
            values = {"id": installation_id, "interval": interval}
            if connection.execute(_TAKE, {**values, "slack": slack}).rowcount:
                return Told()
            closed, full = _ahead(connection, installation_id)
            if closed == full == 0 and connection.execute(_FIRST, values).rowcount:
                return Told()
            return Told(closed_seconds=closed, write_seconds=max(full - slack, _SOON))

        return await self._database.write(take)

    async def close_for(self, installation_id: int, seconds: float) -> None:
        """This function will tell the others that GitHub serves an installation no sooner."""

        def close(connection: Connection) -> None:
            connection.execute(_UNHURRIED)
            connection.execute(_CLOSE, {"id": installation_id, "seconds": seconds})

        await self._database.write(close)


def shared_limits(database: Database) -> PostgresLimits | None:
    """This function will give what workers share; on SQLite there is one worker, which needs to ask nobody."""
    return None if database.url.get_backend_name() == "sqlite" else PostgresLimits(database)


def _ahead(connection: Connection, installation_id: int) -> tuple[float, float]:
    """Seconds until it is open, and until its bucket is full."""
    row = connection.execute(_STANDING, {"id": installation_id}).first()
    closed, full = row or (None, None)
    return max(0.0, float(closed or 0)), max(0.0, float(full or 0))
