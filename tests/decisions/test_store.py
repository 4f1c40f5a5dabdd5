"""Decisions are kept as bytes, with their seal in the journal, and found again by what they were about."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.audit.store import all_entries
from bot.decisions.asking import Question, find_decision, is_decision_id
from bot.decisions.model import Outcome, Standing, conclude
from bot.decisions.store import (
    changed_decisions,
    concluded,
    decision_id,
    newest,
    record,
    recorded,
    seal_of,
    since,
)
from bot.storage.database import Database
from bot.storage.trust_tables import decisions
from tests.support.records import AT, condition, where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]
REFUSED = conclude("deploy", (condition(),))
FINE = conclude("deploy", (condition(standing=Standing.MET),))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    opened.open()
    yield opened
    opened.close()


async def test_a_decision_is_found_again_with_its_facts_as_bytes(database: Database) -> None:
    facts = ({"b": 1, "a": timedelta(hours=6)},)
    made = await record(database, REFUSED, facts=facts, where=where(), key="one")
    assert made == decision_id("one")
    row = await database.read(lambda connection: recorded(connection, made.upper()))
    assert row is not None
    assert row.facts == '[{"a":"PT21600S","b":1}]'
    assert concluded(row) == REFUSED
    assert (row.repository, row.number, row.environment, row.decided_at) == (
        "octo/harbour",
        5,
        "production",
        AT,
    )
    assert await database.read(lambda connection: recorded(connection, "0" * 12)) is None


async def test_the_same_conclusion_is_recorded_once_with_the_facts_of_the_first_time(
    database: Database,
) -> None:
    made = await record(database, REFUSED, facts=("first",), where=where(), key="one")
    await record(database, REFUSED, facts=("second",), where=where(after=1), key="one")
    row = await database.read(lambda connection: recorded(connection, made))
    assert row is not None
    assert row.facts == '["first"]'
    assert len(await database.read(lambda connection: list(all_entries(connection)))) == 1


async def test_another_conclusion_takes_its_place_and_the_journal_has_both(database: Database) -> None:
    made = await record(database, REFUSED, facts=("first",), where=where(), key="one")
    await record(database, FINE, facts=("second",), where=where(after=1), key="one")
    row = await database.read(lambda connection: recorded(connection, made))
    assert row is not None
    assert concluded(row).outcome is Outcome.PROCEED
    entries = await database.read(lambda connection: list(all_entries(connection)))
    assert [linked.entry.what for linked in entries] == ["deploy decided: refuse", "deploy decided: proceed"]
    assert await database.read(lambda connection: seal_of(connection, row)) == 2


@pytest.mark.parametrize("column", ["facts", "decision"])
async def test_a_row_that_is_changed_afterwards_is_found(database: Database, column: str) -> None:
    made = await record(database, REFUSED, facts=("first",), where=where(), key="one")
    await record(database, FINE, facts=("first",), where=where(), key="two")
    assert await database.read(lambda connection: list(changed_decisions(connection))) == []
    forged = decisions.update().where(decisions.c.id == made).values({column: '["forged"]'})
    if column == "decision":
        other = await database.read(lambda connection: recorded(connection, decision_id("two")))
        assert other is not None
        forged = decisions.update().where(decisions.c.id == made).values(decision=other.decision)
    await database.write(lambda connection: connection.execute(forged))
    assert await database.read(lambda connection: list(changed_decisions(connection))) == [made]


async def test_a_row_that_is_taken_away_is_missed_and_one_that_grew_old_is_not(database: Database) -> None:
    made = [
        await record(database, FINE, facts=(), where=where(after=number), key=str(number))
        for number in range(3)
    ]
    await database.write(
        lambda connection: connection.execute(decisions.delete().where(decisions.c.id == made[0]))
    )
    assert await database.read(lambda connection: list(changed_decisions(connection))) == []
    await database.write(
        lambda connection: connection.execute(decisions.delete().where(decisions.c.id == made[2]))
    )
    assert await database.read(lambda connection: list(changed_decisions(connection))) == [made[2]]


async def test_a_name_that_somebody_made_up_is_cut(database: Database) -> None:
    made = await record(database, REFUSED, facts=(), where=where(environment="x" * 900), key="one")
    row = await database.read(lambda connection: recorded(connection, made))
    assert row is not None
    assert len(row.environment) == 255


@pytest.mark.postgres
async def test_two_processes_that_record_the_same_decision_at_once_record_it_once(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    databases[0].open()
    try:
        await asyncio.gather(
            *(
                record(database, REFUSED, facts=(), where=where(), key=str(number % 5))
                for database in databases
                for number in range(20)
            )
        )
        entries = await databases[0].read(lambda connection: list(all_entries(connection)))
    finally:
        for database in databases:
            database.close()
    assert len(entries) == 5


async def test_the_newest_decision_about_an_environment_or_any(database: Database) -> None:
    await record(database, FINE, facts=(), where=where(), key="one")
    await record(database, REFUSED, facts=(), where=where(environment="Staging", after=1), key="two")
    await record(database, FINE, facts=(), where=where(number=6, after=2), key="three")

    async def found(environment: str) -> str:
        row = await database.read(
            lambda connection: newest(connection, 22, kind="deploy", environment=environment, number=5)
        )
        return row.id if row is not None else ""

    assert await found("PRODUCTION") == decision_id("one")
    assert await found("") == decision_id("two")
    assert await found("elsewhere") == ""
    rows = await database.read(lambda connection: since(connection, 22, AT + timedelta(minutes=1), most=9))
    assert [row.id for row in rows] == [decision_id("three"), decision_id("two")]


async def test_what_somebody_asks_about_is_found_in_their_repository_only(database: Database) -> None:
    made = await record(database, FINE, facts=(), where=where(), key="one")

    async def asked(topic: str, repository_id: int = 22) -> str:
        question = Question(repository_id=repository_id, number=5, topic=topic, environment="")
        row = await find_decision(database, question)
        return row.id if row is not None else ""

    assert await asked("deploy") == made
    assert await asked("gate") == ""
    assert await asked(made) == made
    assert await asked(made, 23) == ""
    assert is_decision_id(made)
    assert not is_decision_id("deploy")
