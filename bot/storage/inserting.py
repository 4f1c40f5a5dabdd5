"""Inserts that do nothing where the row is there already, as both databases have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Insert, Table


def insert_new(connection: Connection, table: Table) -> Insert:
    """This function will begin an insert of what nobody else has inserted, before or at this moment."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing()
