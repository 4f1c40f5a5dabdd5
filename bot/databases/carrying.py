"""Carries the rows of one table to its counterpart, in batches that a killed process goes on after."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.databases.places import Item

_BATCH = 1000
_MODULUS = 2**256

_marks = sa.MetaData()
# How far each table has come, in the store that it is copied into: written with the rows themselves.
marks = sa.Table(
    "pilothouse_copy",
    _marks,
    sa.Column("item", sa.String(128), primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("last", sa.Text, nullable=False),  # the key of the newest row that is there, as JSON
    sa.Column("rows", sa.BigInteger, nullable=False),
)


class NotCarriedError(Exception):
    """Something stands in the way of a copy; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table holds, whatever the order of its rows."""

    rows: int = 0
    total: int = 0

    def plus(self, row: Sequence[Any]) -> Digest:
        """This function will add a row."""
        found = hashlib.sha256(msgspec.json.encode(row)).digest()
        return Digest(self.rows + 1, (self.total + int.from_bytes(found)) % _MODULUS)


class Pair:
    """A table and its counterpart."""

    def __init__(self, source: Item, target: Item) -> None:
        self.source = source
        self.target = target
        self.columns = [column.name for column in source.table.c if column.name in target.table.c]
        self.missing = [column.name for column in source.table.c if column.name not in target.table.c]
        for column in target.table.c:
            if isinstance(column.type, sa.JSON):
                column.type.none_as_null = True
        self._writers = {
            name: _writer(source.table.c[name].type, target.table.c[name].type) for name in self.columns
        }

    @property
    def key(self) -> list[str]:
        """The columns that tell rows apart."""
        return [column.name for column in self.source.table.primary_key]

    def carry(self, source: sa.Engine, target: sa.Engine, *, origin: str) -> int:
        """This function will copy what is not there yet, and count all rows that are.

        Raises:
            NotCarriedError: the target cannot hold them.
        """
        self._refuse_what_would_be_lost(source)
        done, last = self._mark(target)
        with source.connect() as reading:
            while batch := self._after(reading, last):
                rows = [self.written(row) for row in batch]
                last = [batch[-1][name] for name in self.key]
                done += len(rows)
                self._write(
                    target,
                    rows,
                    mark={"last": msgspec.json.encode(last).decode(), "rows": done},
                    origin=origin,
                )
        return done

    def written(self, row: sa.RowMapping) -> dict[str, Any]:
        """This function will give a row of the source as the target holds it."""
        return {name: self._writers[name](row[name]) for name in self.columns}

    def expected(self, source: sa.Engine) -> Digest:
        """This function will sum up what has to be in the target."""
        digest = Digest()
        for row in _all(source, self.source.table):
            written = self.written(row)
            digest = digest.plus([_plain(written[name]) for name in self.columns])
        return digest

    def found(self, target: sa.Engine) -> Digest:
        """This function will sum up what is in the target."""
        digest = Digest()
        for row in _all(target, self.target.table):
            digest = digest.plus([_plain(row[name]) for name in self.columns])
        return digest

    def _refuse_what_would_be_lost(self, source: sa.Engine) -> None:
        for name in self.missing:
            column = self.source.table.c[name]
            with source.connect() as connection:
                if (
                    connection.execute(sa.select(column).where(column.is_not(None)).limit(1)).first()
                    is not None
                ):
                    raise NotCarriedError(
                        f"{self.source}: the target has no column {name}; use one version for both"
                    )

    def _mark(self, target: sa.Engine) -> tuple[int, list[Any] | None]:
        with target.connect() as connection:
            row = connection.execute(sa.select(marks).where(marks.c.item == str(self.target))).first()
        return (0, None) if row is None else (row.rows, orjson.loads(row.last))

    def _after(self, reading: sa.Connection, last: list[Any] | None) -> Sequence[sa.RowMapping]:
        columns = [self.source.table.c[name] for name in self.key]
        query = sa.select(self.source.table).order_by(*columns).limit(_BATCH)
        if last is not None:
            query = query.where(
                sa.tuple_(*columns)
                > sa.tuple_(
                    *(sa.literal(value, each.type) for value, each in zip(last, columns, strict=True))
                )
            )
        return reading.execute(query).mappings().all()

    def _write(
        self, target: sa.Engine, rows: list[dict[str, Any]], *, mark: dict[str, Any], origin: str
    ) -> None:
        try:
            with target.begin() as connection:
                connection.execute(sa.insert(self.target.table), rows)
                connection.execute(sa.delete(marks).where(marks.c.item == str(self.target)))
                connection.execute(sa.insert(marks), {**mark, "item": str(self.target), "source": origin})
        except (sa.exc.DataError, sa.exc.IntegrityError) as error:
            raise NotCarriedError(f"{self.target}: {error.orig}") from error


def _all(engine: sa.Engine, table: sa.Table) -> Iterator[sa.RowMapping]:
    with engine.connect() as connection:
        yield from connection.execution_options(yield_per=_BATCH).execute(sa.select(table)).mappings()


def _writer(source: sa.types.TypeEngine[Any], target: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a value of one column is written into the other: times and JSON have different forms."""
    if isinstance(target, sa.DateTime):
        return _aware if getattr(target, "timezone", False) else _naive
    if isinstance(source, sa.DateTime):
        return lambda value: None if value is None else _aware(value).timestamp()
    if isinstance(target, sa.JSON) and not isinstance(source, sa.JSON):
        return lambda value: None if value is None else orjson.loads(value)
    if isinstance(source, sa.JSON) and not isinstance(target, sa.JSON):
        return lambda value: None if value is None else msgspec.json.encode(value).decode()
    return lambda value: value


def _aware(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, float | int):
        return datetime.fromtimestamp(value, UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _naive(value: Any) -> Any:
    return None if value is None else _aware(value).replace(tzinfo=None)


def _plain(value: Any) -> Any:
    """A value as it is compared: a server gives times in its own zone."""
    if isinstance(value, datetime):
        return _aware(value)
    return bytes(value) if isinstance(value, memoryview) else value
