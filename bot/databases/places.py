"""Where a database URL keeps everything: our tables, the engine's and the inbox, as tables of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from bot.engine.durable_store import engine_url
from bot.storage.inbox_sqlite import inbox_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

APPLICATION = "pilothouse-db"  # by which the server names our own connections


class Store(StrEnum):
    """One of the three that belong together."""

    OWN = "own"
    ENGINE = "engine"
    INBOX = "inbox"


# The engine's tables that say what was begun; its others are made anew wherever it starts.
_OF_ENGINE = (
    "workflow_status",
    "workflow_input",
    "workflow_output",
    "operation_outputs",
    "notifications",
    "workflow_events",
    "workflow_events_history",
    "streams",
)
_OF_INBOX = {"deliveries": ("inbox", "pilothouse_inbox"), "payloads": ("payloads", "pilothouse_payloads")}
_NOT_CARRIED = {"pilothouse_version", "pilothouse_copy"}


@dataclass(frozen=True, slots=True)
class Item:
    """One table, by the name that it has wherever it lies."""

    store: Store
    name: str
    table: sa.Table

    def __str__(self) -> str:
        """Its name among all."""
        return f"{self.store}/{self.name}"


class Place:
    """The three stores of one URL; on SQLite, as an exclusive user, it keeps every other process away."""

    def __init__(self, url: str, *, is_exclusive: bool = False) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            files = self.files()
            self.engines = {store: _sqlite(path, is_exclusive=is_exclusive) for store, path in files.items()}
        else:
            connect = {"application_name": APPLICATION}
            shared = sa.create_engine(
                self.url.set(drivername="postgresql+psycopg"), connect_args=connect, pool_size=2
            )
            self.engines = dict.fromkeys(Store, shared)

    def __enter__(self) -> Self:
        """Use the place."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let others in again."""
        for engine in set(self.engines.values()):
            engine.dispose()

    def __str__(self) -> str:
        """Its address, without the password."""
        return shown(self.url)

    def files(self) -> dict[Store, Path]:
        """This function will name the files of a SQLite place."""
        own = Path(str(self.url.database))
        return {
            Store.OWN: own,
            Store.ENGINE: Path(str(engine_url(self._text()).database)),
            Store.INBOX: inbox_path(self._text()),
        }

    def items(self) -> Iterator[Item]:
        """This function will find the tables that hold what is carried, those that others refer to first."""
        for store in Store:
            schema = "dbos" if store is Store.ENGINE and not self.is_sqlite else None
            known = sa.MetaData()
            with self.engines[store].connect() as connection:
                wanted = self._names(connection, store)
                known.reflect(connection, schema=schema, only=list(wanted.values()))
            names = {table: name for name, table in wanted.items()}
            for table in known.sorted_tables:
                yield Item(store, names[table.name], table)

    def revision(self) -> str | None:
        """This function will say of which version our tables are; None where there are none."""
        with self.engines[Store.OWN].connect() as connection:
            if not sa.inspect(connection).has_table("pilothouse_version"):
                return None
            found = connection.execute(sa.text("select version_num from pilothouse_version")).scalar()
            return None if found is None else str(found)

    def set_revision(self, revision: str) -> None:
        """This function will note a version, or a word that keeps processes from starting on it."""
        with self.engines[Store.OWN].begin() as connection:
            connection.execute(sa.text("update pilothouse_version set version_num = :r"), {"r": revision})

    def _names(self, connection: sa.Connection, store: Store) -> dict[str, str]:
        inspector = sa.inspect(connection)
        if store is Store.ENGINE:
            present = set(inspector.get_table_names(schema=None if self.is_sqlite else "dbos"))
            return {name: name for name in _OF_ENGINE if name in present}
        present = set(inspector.get_table_names())
        if store is Store.INBOX:
            named = {name: pair[0 if self.is_sqlite else 1] for name, pair in _OF_INBOX.items()}
            return {name: table for name, table in named.items() if table in present}
        foreign = {"pilothouse_beats", *(pair[1] for pair in _OF_INBOX.values())}
        return {name: name for name in sorted(present - _NOT_CARRIED - foreign)}

    def _text(self) -> str:
        return self.url.render_as_string(hide_password=False)


def shown(url: URL) -> str:
    """This function will write an address so that its password does not show."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def _sqlite(path: Path, *, is_exclusive: bool) -> sa.Engine:
    # One connection: as an exclusive user it is the only one that there can be.
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=1, max_overflow=0, connect_args={"timeout": 1})

    def configure(connection: Any, _record: object) -> None:
        if is_exclusive:
            connection.execute("pragma locking_mode=exclusive")
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")

    sa.event.listen(engine, "connect", configure)
    return engine
