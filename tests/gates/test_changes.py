"""A gate's rows under several hands: what was read before something happened is not saved after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, select

from bot.gates.changes import Outcome, open_gate, save_outcome, snapshot, take_word
from bot.gates.ledger import Void, Word
from bot.gates.model import GateState, Opening
from bot.gates.store import add_word, gate_by_id, waiting_gates
from bot.storage.database import Database
from bot.storage.trust_tables import journal
from tests.support.gate_facts import ADA, EVE, NOW, OPENED, SUBJECT, approval

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.gates.changes import Snapshot

pytest_plugins = ["tests.support.postgres"]

OPENING = Opening(id="gate-1", number=5, subject=SUBJECT, requester=ADA, workflow_run_id=41)
REJECTION = approval(EVE, word=Word.REJECT, minute=40)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one gate that waits and one approval."""
    made = Database(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    made.open()
    await made.write(_begin)
    yield made
    made.close()


def _begin(connection: Connection) -> None:
    open_gate(connection, 22, OPENING, now=OPENED)
    add_word(connection, approval())


def approved(seen: Snapshot) -> Outcome:
    """An evaluation that ends in approval."""
    gate = replace(seen.gate, state=GateState.APPROVED, reason="approved", text="Approved.")
    return Outcome(gate=gate, reviewed=(), voided=())


async def test_what_happened_since_it_was_read_is_not_overwritten(database: Database) -> None:
    seen = await database.read(lambda connection: snapshot(connection, "gate-1"))
    assert await database.write(lambda connection: take_word(connection, seen, REJECTION))
    saved = await database.write(lambda connection: save_outcome(connection, seen, approved(seen), now=NOW))
    assert not saved
    now = await database.read(lambda connection: snapshot(connection, "gate-1"))
    assert now.gate.state is GateState.WAITING
    assert [word.void_reason for word in now.words] == [Void.REJECTED, ""]


async def test_a_word_about_what_has_changed_since_is_not_taken(database: Database) -> None:
    seen = await database.read(lambda connection: snapshot(connection, "gate-1"))
    other = replace(OPENING, subject=replace(SUBJECT, tree="8" * 40))
    await database.write(lambda connection: open_gate(connection, 22, other, now=NOW))
    assert not await database.write(lambda connection: take_word(connection, seen, approval(EVE)))


async def test_a_word_is_taken_once(database: Database) -> None:
    for _ in range(2):
        seen = await database.read(lambda connection: snapshot(connection, "gate-1"))
        assert await database.write(partial(take_word, seen=seen, word=REJECTION))
    entries = await database.read(
        lambda connection: connection.execute(select(journal.c.what)).scalars().all()
    )
    assert entries == ["gate opened", "rejected by comment", "approval of bob void"]


async def test_what_is_over_is_not_saved_over(database: Database) -> None:
    """Not even by an evaluation that saw it being over, as a mistake of ours could make one."""
    seen = await database.read(lambda connection: snapshot(connection, "gate-1"))
    over = Outcome(gate=replace(seen.gate, state=GateState.REJECTED), reviewed=(), voided=())
    assert await database.write(lambda connection: save_outcome(connection, seen, over, now=NOW))
    seen = await database.read(lambda connection: snapshot(connection, "gate-1"))
    assert not await database.write(
        lambda connection: save_outcome(connection, seen, approved(seen), now=NOW)
    )


async def test_an_evaluation_that_finds_nothing_new_leaves_no_trace(database: Database) -> None:
    seen = await database.read(lambda connection: snapshot(connection, "gate-1"))
    same = Outcome(gate=seen.gate, reviewed=(), voided=())
    assert await database.write(lambda connection: save_outcome(connection, seen, same, now=NOW))
    assert await database.read(lambda connection: gate_by_id(connection, "gate-1")) == seen.gate


async def test_gates_are_found_by_what_waits(database: Database) -> None:
    mine = await database.read(lambda connection: waiting_gates(connection, 22))
    others = await database.read(lambda connection: waiting_gates(connection, 23))
    assert ([gate.id for gate in mine], others) == (["gate-1"], ())


@pytest.mark.postgres
def test_two_processes_change_a_gate_one_after_the_other(postgres_url: str) -> None:
    """While a rejection is being written, an evaluation that would approve waits, and then sees it."""
    database = Database(postgres_url)
    database.open()
    engine = create_engine(database.url)
    written, may_end = Event(), Event()
    with engine.begin() as connection:
        _begin(connection)
    with engine.connect() as connection:
        seen = snapshot(connection, "gate-1")

    def reject() -> bool:
        with engine.begin() as connection:
            taken = take_word(connection, seen, REJECTION)
            written.set()
            assert may_end.wait(timeout=20)
            return taken

    def evaluate() -> bool:
        with engine.begin() as connection:
            return save_outcome(connection, seen, approved(seen), now=NOW + timedelta(seconds=1))

    with ThreadPoolExecutor() as pool:
        rejecting = pool.submit(reject)
        assert written.wait(timeout=20)
        evaluating = pool.submit(evaluate)
        may_end.set()
        assert (rejecting.result(timeout=20), evaluating.result(timeout=20)) == (True, False)
    engine.dispose()
    database.close()
