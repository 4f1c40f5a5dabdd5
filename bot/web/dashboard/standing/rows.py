"""Reads rows into what a page shows of them, and tells one state of that from another."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, Connection, Select, Table

T = TypeVar("T")

_DIGITS = 12


def columns_of(form: type[Any], table: Table) -> list[Column[Any]]:
    """This function will name the columns that are called like the fields of a dataclass."""
    return [table.c[each.name] for each in fields(form)]


def read_as(connection: Connection, form: type[T], query: Select[Any]) -> tuple[T, ...]:
    """This function will read rows into a dataclass whose fields are called like the query's columns."""
    return tuple(form(**row._asdict()) for row in connection.execute(query))


def digest_of(parts: Iterable[object]) -> str:
    """This function will tell this state of things from another, in a few characters."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:_DIGITS]
