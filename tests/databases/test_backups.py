"""Backups are of one moment, whole, private, and put back only where nothing is."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.databases.backups import back_up, restore
from bot.databases.carrying import NotCarriedError
from bot.storage.database import Database
from bot.storage.inbox_choice import inbox_at

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 2, tzinfo=UTC)
NAMES = ("pilothouse.db", "pilothouse-engine.db", "pilothouse-inbox.db")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Three files, each with a counter that a writer raises in turn."""
    (tmp_path / "live").mkdir()
    made = f"sqlite:///{tmp_path / 'live' / 'pilothouse.db'}"
    database = Database(made)
    database.open()
    database.close()
    inbox = inbox_at(made, clock=lambda: NOW)
    inbox.open()
    inbox.close()
    for name in NAMES:
        with closing(sqlite3.connect(tmp_path / "live" / name)) as connection:
            connection.execute("pragma journal_mode=wal")
            connection.execute("create table counter (n integer)")
            connection.execute("insert into counter values (0)")
            connection.commit()
    return made


def count_up(folder: Path, stop: threading.Event, begun: threading.Event) -> None:
    """Raise the counters one after the other, as a delivery moves from the inbox on; no file is ever behind by two."""
    connections = [sqlite3.connect(folder / name, timeout=30, isolation_level=None) for name in NAMES]
    while not stop.is_set():
        for connection in connections:
            connection.execute("update counter set n = n + 1")
        begun.set()
    for connection in connections:
        connection.close()


def counted(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("select n from counter").fetchone()[0])


def test_a_backup_under_writes_is_of_one_moment(url: str, tmp_path: Path) -> None:
    stop, begun = threading.Event(), threading.Event()
    writer = threading.Thread(target=count_up, args=(tmp_path / "live", stop, begun))
    writer.start()
    begun.wait(10)
    try:
        for number in range(5):
            back_up(url, tmp_path / f"b{number}", now=NOW)
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        folder = tmp_path / f"b{number}"
        counts = [counted(folder / f"{store}.db") for store in ("own", "engine", "inbox")]
        assert max(counts) - min(counts) <= 1
        assert counts == sorted(counts, reverse=True)  # what comes later in the turn is never ahead
        assert folder.stat().st_mode & 0o077 == 0


def test_what_is_put_back_is_what_was_there(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", url)
    made = CliRunner().invoke(main, ["db", "backup", str(tmp_path / "kept")])
    assert made.exit_code == 0, made.output
    with closing(sqlite3.connect(tmp_path / "live" / "pilothouse.db")) as connection:
        connection.execute("update counter set n = 99")
        connection.commit()
    refused = CliRunner().invoke(main, ["db", "restore", str(tmp_path / "kept")])
    assert refused.exit_code == 1
    assert "is there already" in refused.output
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'pilothouse.db'}")
    restored = CliRunner().invoke(main, ["db", "restore", str(tmp_path / "kept")])
    assert restored.exit_code == 0, restored.output
    assert [counted(tmp_path / "new" / name) for name in NAMES] == [0, 0, 0]


def test_a_changed_backup_is_refused_and_a_folder_never_overwritten(url: str, tmp_path: Path) -> None:
    back_up(url, tmp_path / "kept", now=NOW)
    with pytest.raises(NotCarriedError, match="is there already"):
        back_up(url, tmp_path / "kept", now=NOW)
    with (tmp_path / "kept" / "engine.db").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(NotCarriedError, match="engine changed since"):
        restore(tmp_path / "kept", f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(NotCarriedError, match="is no backup"):
        restore(tmp_path / "live", f"sqlite:///{tmp_path / 'new.db'}")


def test_the_log_of_a_process_that_was_killed_is_not_written_into_what_is_put_back(
    url: str, tmp_path: Path
) -> None:
    """Whoever moved the three files away may have overlooked those beside them."""
    back_up(url, tmp_path / "kept", now=NOW)
    place = tmp_path / "new" / "pilothouse.db"
    place.parent.mkdir()
    place.with_name("pilothouse-engine.db-wal").write_bytes(b"what was written last")
    with pytest.raises(NotCarriedError, match=r"engine\.db-wal is there already"):
        restore(tmp_path / "kept", f"sqlite:///{place}")
    assert not place.exists()


def test_a_servers_database_is_left_to_its_own_program(tmp_path: Path) -> None:
    with pytest.raises(NotCarriedError, match="pg_dump"):
        back_up("postgresql://u:secret@localhost/x", tmp_path / "kept", now=NOW)
    assert not (tmp_path / "kept").exists()


def test_the_check_says_what_is_whole_and_what_is_not(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", url)
    well = CliRunner().invoke(main, ["db", "check"])
    assert well.exit_code == 0, well.output
    assert "ok  journal: 0 chain(s) whole" in well.output
    inbox = tmp_path / "live" / "pilothouse-inbox.db"
    with closing(sqlite3.connect(inbox)) as connection:
        connection.execute(
            "insert into inbox (guid, event, action, installation_id, accepted_at, state)"
            " values ('g', 'push', '', 1, 0, 'failed')"
        )
        connection.commit()
    bad = CliRunner().invoke(main, ["db", "check"])
    assert bad.exit_code == 1
    assert "BAD deliveries: 1 failed" in bad.output


def test_the_command_says_in_one_sentence_why_it_does_not_copy(tmp_path: Path) -> None:
    missing = f"sqlite:///{tmp_path / 'none.db'}"
    said = CliRunner().invoke(main, ["db", "copy", missing, f"sqlite:///{tmp_path / 'to.db'}"])
    assert said.exit_code == 1
    assert said.output.startswith("Error: There is no database at")
    assert said.output.endswith("name another.\n")
    assert CliRunner().invoke(main, ["db", "reopen", missing]).exit_code == 1


@pytest.mark.parametrize("command", [("copy", "sqlite:////tmp/nothing.db"), ("reopen",)])
def test_an_address_of_no_database_is_refused_without_repeating_it(command: tuple[str, ...]) -> None:
    said = CliRunner().invoke(main, ["db", *command, "mysql://u:secret@localhost/x"])
    assert said.exit_code == 2
    assert "it takes sqlite:///PATH or postgresql://" in said.output
    assert "secret" not in said.output


def test_the_address_that_platforms_give_is_postgresqls() -> None:
    """As in the settings: some give postgres://…."""
    said = CliRunner().invoke(main, ["db", "reopen", "postgres://u:secret@127.0.0.1:1/x"])
    assert "postgresql://u:***@127.0.0.1:1/x cannot be reached" in said.output
