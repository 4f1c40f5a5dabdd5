"""Copies of SQLite's three files as they stood at one moment, made while the bot runs, and put back from."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from bot.databases.carrying import NotCarriedError
from bot.databases.guarding import refuse_absent, refuse_running
from bot.databases.places import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

_LIST = "backup.json"
_PAGES = 1024  # copied at a time
_PRIVATE = 0o700
_PATIENCE = 30.0  # seconds for whoever is writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds: files with their digests."""

    made_at: str
    files: Mapping[str, str]  # SHA-256 by store


def back_up(url: str, folder: Path, *, now: datetime) -> Backup:
    """This function will copy the three files as of one moment into a new folder.

    Raises:
        NotCarriedError: they cannot be read, the folder is there, or the database is a server's.
    """
    with Place(url) as place:
        _expect_files(place, "pg_dump --format=custom --file=pilothouse.dump URL")
        refuse_absent(place)
        paths = {store.value: path for store, path in place.files().items()}
    try:
        folder.mkdir(mode=_PRIVATE, parents=True)
    except FileExistsError as error:
        raise NotCarriedError(f"{folder} is there already: name a new folder") from error
    try:
        _copy_as_of_one_moment(paths, folder)
    except sqlite3.Error as error:
        shutil.rmtree(folder)
        raise NotCarriedError(f"the files cannot be read: {error}") from error
    files = {store: _digest(folder / f"{store}.db") for store in paths}
    made = Backup(made_at=now.isoformat(timespec="seconds"), files=files)
    written = json.dumps({"made_at": made.made_at, "files": files}, indent=2)
    (folder / _LIST).write_text(f"{written}\n", encoding="utf-8")
    return made


def restore(folder: Path, url: str) -> Backup:
    """This function will put a backup's files into a place where there are none.

    Raises:
        NotCarriedError: the backup is not whole, or something is there.
    """
    made = read_backup(folder)
    with Place(url) as place:
        _expect_files(place, "pg_restore --no-owner --dbname=URL pilothouse.dump")
        paths = {store.value: path for store, path in place.files().items()}
    for path in (each for own in paths.values() for each in _with_logs(own)):
        if path.exists():
            raise NotCarriedError(
                f"{path} is there already: move the three files away first, with those that end in -wal and -shm"
            )
    for store, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / f"{store}.db", path)
    with Place(url, is_exclusive=True) as place:
        refuse_running(place)
    return made


def read_backup(folder: Path) -> Backup:
    """This function will read a backup's list and hold its files against it.

    Raises:
        NotCarriedError: a file is missing or changed.
    """
    try:
        listed = orjson.loads((folder / _LIST).read_bytes())
        made = Backup(made_at=str(listed["made_at"]), files=dict(listed["files"]))
        changed = [store for store, digest in made.files.items() if _digest(folder / f"{store}.db") != digest]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotCarriedError(f"{folder} is no backup: {error}") from error
    if changed:
        raise NotCarriedError(f"{folder}: {', '.join(changed)} changed since the backup was made")
    return made


def _copy_as_of_one_moment(paths: Mapping[str, Path], folder: Path) -> None:
    """Keep writers of all three out for as long as it takes to begin reading, then copy what was there."""
    with ExitStack() as stack:
        readers = {store: stack.enter_context(closing(_connected(path))) for store, path in paths.items()}
        with ExitStack() as writers:
            for path in paths.values():
                writers.enter_context(closing(_connected(path))).execute("begin immediate")
            for reader in readers.values():
                reader.execute("begin")
                reader.execute("select count(*) from sqlite_master").fetchone()
        for store, reader in readers.items():
            file = folder / f"{store}.db"
            with closing(sqlite3.connect(file)) as copy:
                reader.backup(copy, pages=_PAGES)
                copy.execute("pragma journal_mode=delete")  # one file, without a second beside it
            file.chmod(0o600)


def _with_logs(path: Path) -> tuple[Path, ...]:
    """A process that was killed leaves its log behind, which SQLite would write into whatever bears the name."""
    return (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm")))


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)


def _expect_files(place: Place, instead: str) -> None:
    if not place.is_sqlite:
        raise NotCarriedError(f"{place} is a server's database: use its own program, `{instead}`")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
