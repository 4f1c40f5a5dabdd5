"""Looks for secrets in everything that a process leaves behind: files, tables, what it compressed or encoded."""

from __future__ import annotations

import base64
import binascii
import sqlite3
import zlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SHORTEST = 24  # what is shorter holds no secret when it is decoded


def found_in(folder: Path, secrets: Iterable[str]) -> list[str]:
    """This function will say where below a folder any of the secrets stands, as it is or encoded."""
    sought = [(secret[:12], secret.encode()) for secret in secrets if secret]
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        found += [f"{shown}… in {file.name}" for shown, secret in sought if secret in content]
        if content.startswith(b"SQLite format 3"):
            for place, cell in _cells(file):
                found += [
                    f"{shown}… in {file.name}, {place}"
                    for decoded in _decoded(cell)
                    for shown, secret in sought
                    if secret in decoded
                ]
    return found


def _cells(file: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'select * from "{table}"'):  # noqa: S608 - the file's own tables
                for cell in row:
                    if isinstance(cell, str | bytes):
                        yield table, cell.encode() if isinstance(cell, str) else cell


def _decoded(cell: bytes) -> Iterator[bytes]:
    yield cell
    if len(cell) < _SHORTEST:
        return
    with suppress(zlib.error):
        yield zlib.decompress(cell)
    with suppress(binascii.Error, ValueError):
        yield base64.b64decode(cell, validate=True)
