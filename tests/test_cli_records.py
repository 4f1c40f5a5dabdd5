"""The command line checks and exports the journal, and makes a recorded decision again."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.audit.store import journal
from bot.cli import main
from bot.decisions.store import record
from bot.deployments.judging.rules import decide_deploy
from bot.storage.database import Database
from bot.storage.trust_tables import decisions
from bot.storage.trust_tables import journal as table
from tests.support.commands import deploy_facts
from tests.support.records import entry, where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", url)
    opened = Database(url)
    opened.open()
    for number in (1, 2, 3):
        asyncio.run(journal(opened, entry(number)))
    asyncio.run(journal(opened, entry(1, repository_id=23)))
    yield opened
    opened.close()


def call(*arguments: str, text: str | None = None) -> Result:
    """This function will call the command line."""
    return CliRunner().invoke(main, list(arguments), input=text)


def decided(database: Database) -> str:
    """This function will record a decision about staging."""
    facts = deploy_facts()
    made = decide_deploy(facts)
    return asyncio.run(record(database, made, facts=(facts,), where=where(), key="one"))


@pytest.mark.usefixtures("database")
def test_the_journal_of_the_database_is_whole() -> None:
    said = call("audit", "verify")
    assert said.exit_code == 0, said.output
    assert "repository 22: whole with 3 entries, head 3:" in said.output
    assert "repository 23: whole with 1 entry" in said.output


def test_a_changed_row_makes_it_fail(database: Database) -> None:
    change = table.update().where(table.c.sequence == 2).values(result="refused")
    asyncio.run(database.write(lambda connection: connection.execute(change)))
    said = call("audit", "verify")
    assert said.exit_code == 1
    assert "repository 22: broken at entry 2: it was changed after it was written" in said.stderr


def test_a_changed_decision_makes_it_fail(database: Database) -> None:
    made = decided(database)
    assert call("audit", "verify").exit_code == 0
    forged = decisions.update().values(facts="[]")
    asyncio.run(database.write(lambda connection: connection.execute(forged)))
    said = call("audit", "verify")
    assert said.exit_code == 1
    assert f"decision {made}: the journal does not have these bytes" in said.stderr


@pytest.mark.usefixtures("database")
def test_an_exported_file_is_verified_without_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "journal.jsonl"
    exported = call("audit", "export", "--repository", "22", "-o", str(file))
    assert exported.exit_code == 0, exported.output
    option, head = exported.stderr.split()
    assert (option, head[:5]) == ("--head", "22=3:")
    assert len(file.read_text().splitlines()) == 3
    monkeypatch.delenv("PILOTHOUSE_DATABASE_URL")
    assert call("audit", "verify", str(file), option, head).exit_code == 0
    assert call("audit", "verify", "-", text=f"{file.read_text()}\n").exit_code == 0
    cut = "".join(file.read_text().splitlines(keepends=True)[:2])
    assert call("audit", "verify", "-", text=cut).exit_code == 0
    said = call("audit", "verify", "-", option, head, text=cut)
    assert said.exit_code == 1
    assert "its end is cut off" in said.stderr


def test_what_is_no_journal_is_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    assert "cannot be read" in call("audit", "verify", str(file)).stderr
    file.write_text("{}\n")
    assert f"{file}:1 is no entry" in call("audit", "verify", str(file)).stderr
    file.write_bytes(b"\xff\xfe")
    assert "cannot be read" in call("audit", "verify", str(file)).stderr
    assert "is not written as ID=N:HASH" in call("audit", "verify", str(file), "--head", "3").stderr
    assert "There are no entries." in call("audit", "verify", "-", text="").output


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at-all.db", "mysql://there"])
def test_a_database_that_is_not_there_is_named_and_not_made(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", url)
    said = call("audit", "verify")
    assert said.exit_code == 78
    assert "PILOTHOUSE_DATABASE_URL" in said.stderr


def test_a_decision_is_made_again_byte_for_byte(database: Database) -> None:
    made = decided(database)
    said = call("replay", made)
    assert said.exit_code == 0, said.output
    assert said.output.startswith(
        "octo/harbour\n\nWhat was decided (`deploy`) about `#5 production` at 2026-11-22"
    )
    assert "- ✅ `checks` — " in said.output
    assert "Entry 4 of the journal has the same bytes." in said.output
    assert "the same, byte for byte" in said.output
    printed = json.loads(call("replay", "--json", made).stdout)
    assert printed["recorded"] == printed["again"]
    assert printed["facts"][0]["asked"]["environment"] == "staging"


def test_forged_facts_are_noticed_and_decided_otherwise(database: Database) -> None:
    made = decided(database)
    facts = deploy_facts()
    forged = replace(facts, pull=replace(facts.pull, is_open=False))
    other = asyncio.run(record(database, decide_deploy(facts), facts=(forged,), where=where(), key="two"))
    said = call("replay", other)
    assert said.exit_code == 1
    assert "Decided again from the same facts: different." in said.output
    assert '+ "outcome": "refuse"' in said.output
    change = decisions.update().where(decisions.c.id == made).values(facts="[]")
    asyncio.run(database.write(lambda connection: connection.execute(change)))
    said = call("replay", made)
    assert "the row was changed after it was written" in said.output
    assert "It cannot be decided again" in said.stderr
    assert json.loads(call("replay", "--json", made).stdout)["again"] is None
    change = decisions.update().where(decisions.c.id == made).values(decision="[]")
    asyncio.run(database.write(lambda connection: connection.execute(change)))
    assert "the recorded decision cannot be read" in call("replay", made).output


@pytest.mark.usefixtures("database")
def test_an_unknown_decision_is_named() -> None:
    said = call("replay", "0123456789ab")
    assert said.exit_code == 1
    assert "There is no decision 0123456789ab." in said.stderr
