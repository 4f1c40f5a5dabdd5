"""The database of our own tables: short transactions in a thread of their own, never on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable  # noqa: TC003 - part of the public signatures
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy
from sqlalchemy.engine import make_url

from bot.insisting import CONNECT_SECONDS, Insisting

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")

HEAD = "0009"
# In the place of a version: words of `pilothouse db copy`, which no process starts on.
COPYING = "copying"
MOVED = "moved"
_PATIENCE = 2.0  # seconds for a server that is away, where somebody waits for a page
_UPGRADE_LOCK = 0x70696C6F74  # any number that is ours


class DatabaseUnusableError(Exception):
    """The database cannot be opened or written; the message says what to do."""


class Database:
    """Our own tables on SQLite (one file) or PostgreSQL."""

    def __init__(self, url: str, *, patience: float = _PATIENCE) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        self._insisting = Insisting(0 if self._is_sqlite else patience, sqlalchemy.exc.OperationalError)
        workers = 1 if self._is_sqlite else 4
        self._engine = sqlalchemy.create_engine(
            self.url,
            pool_pre_ping=not self._is_sqlite,
            connect_args={} if self._is_sqlite else {"connect_timeout": CONNECT_SECONDS},
        )
        # SQLite has one writer at a time: one thread waits in line instead of failing with "locked".
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="database")
        if self._is_sqlite:
            sqlalchemy.event.listen(self._engine, "connect", _configure_sqlite)

    def open(self) -> None:
        """This function will create or upgrade the tables.

        Raises:
            DatabaseUnusableError: the file or server cannot be reached or written.
        """
        try:
            if self._is_sqlite and self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            found = self._revision()
            _expect_usable(found)
            # Newer tables are only wider: while workers are replaced one by one, the old ones go on with them.
            if found is None or found < HEAD:
                self._upgrade()
        except (OSError, sqlalchemy.exc.SQLAlchemyError) as error:
            cause = getattr(error, "orig", None) or error
            place = self.url.set(drivername=self.url.get_backend_name()).render_as_string(hide_password=True)
            advice = (
                "names a place this user may write to"
                if self._is_sqlite
                else "names a server that answers and a user"
            )
            raise DatabaseUnusableError(
                f"The database {place} cannot be used: {cause}. Check that PILOTHOUSE_DATABASE_URL {advice}."
            ) from error

    def close(self) -> None:
        """This function will finish what is running and close every connection."""
        self._insisting.stop()
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    async def read(self, query: Callable[[Connection], T]) -> T:
        """This function will run the query in a transaction that is rolled back."""
        return await self._in_thread(lambda: self._read(query))

    async def write(self, change: Callable[[Connection], T]) -> T:
        """This function will run the change in a transaction and commit it durably."""
        return await self._in_thread(lambda: self._write(change))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._threads.submit(self._insisting.do, work))

    def _read(self, query: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return query(connection)

    def _write(self, change: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return change(connection)

    def _revision(self) -> str | None:
        with self._engine.connect() as connection:
            if not sqlalchemy.inspect(connection).has_table("pilothouse_version"):
                return None
            row = connection.execute(sqlalchemy.text("select version_num from pilothouse_version")).first()
            return row[0] if row else None

    def _upgrade(self) -> None:
        # Imported here: a start with an up-to-date database should not pay for the migration tool.
        from alembic import command  # noqa: PLC0415 - see above
        from alembic.config import Config  # noqa: PLC0415 - see above

        config = Config()
        config.set_main_option("script_location", "bot:storage/migrations")
        with self._engine.begin() as connection:
            if not self._is_sqlite:  # several processes start at once, and one of them upgrades
                connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _expect_usable(revision: str | None) -> None:
    if revision == COPYING:
        raise DatabaseUnusableError(
            "The copy into this database is unfinished: run `pilothouse db copy` once more, to its end."
        )
    if revision is not None and revision.startswith(MOVED):
        raise DatabaseUnusableError(
            "Everything in this database was copied to another one, which PILOTHOUSE_DATABASE_URL should name: two "
            "bots would do everything twice. To use this one all the same: `pilothouse db reopen`."
        )


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("pragma busy_timeout=30000")
