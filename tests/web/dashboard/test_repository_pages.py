"""A repository's own pages: how it stands, a pull request, its environments, its queue."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.audit.model import Entry, Kind
from bot.audit.store import append
from bot.deployments.leases.model import EVERYWHERE, Holder, HoldKind, Place
from bot.deployments.leases.store import hold
from bot.deployments.model import Stage
from bot.github.models import Actor
from bot.storage.tables import summaries
from bot.storage.trust_tables import deployments, lease_queue, leases
from tests.support.dashboard import HOME, OTHER, Board, boarding
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.history import record, save_red
from tests.support.merge_pages import save_merges
from tests.support.release_pages import save_release
from tests.support.trust_pages import DEPLOYMENT_ID, GATE_ID, save_deployment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection, Table

HOSTILE = "<img src=x onerror=alert(1)>"
SHA = "1a2b3c4" + "0" * 33
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with boarding(tmp_path, known=(OTHER,)) as made:
        yield made


async def insert(board: Board, table: Table, **values: object) -> None:
    row = {"repository_id": REPOSITORY.id, **values}
    await board.database.write(lambda connection: connection.execute(table.insert().values(row)))


async def holding(board: Board, environment: str, kind: HoldKind, **changes: object) -> None:
    """Let somebody hold an environment."""
    row = {
        "environment": environment,
        "token": 3,
        "run_id": f"run-{environment}",
        "kind": kind.value,
        "number": 12,
        "sha": SHA,
        "person": "wren",
        "person_id": 7,
        "reason": "",
        "taken_at": NOON - 5 * MINUTE,
        "heartbeat_at": NOON,
        **changes,
    }
    await insert(board, leases, **row)


async def waiting(board: Board, environment: str, number: int, sequence: int) -> None:
    """Let somebody wait for an environment."""
    row = {
        "environment": environment,
        "run_id": f"run-{number}",
        "sequence": sequence,
        "kind": "deploy",
        "number": number,
        "sha": SHA,
        "person": HOSTILE,
        "person_id": 8,
        "reason": "",
        "asked_at": NOON - 2 * MINUTE,
        "seen_at": NOON,
    }
    await insert(board, lease_queue, **row)


async def test_every_page_of_an_unused_repository_says_what_will_be_there(board: Board) -> None:
    for path, words in (
        ("", "Nothing needs anyone"),
        ("/environments", "Nothing was deployed yet"),
        ("/queue", "Nothing waits to be merged"),
        ("/pulls/12", "Nothing is known of it yet"),
    ):
        assert words in await board.see(HOME + path)
    assert "No environment is in use" in await board.see("/queue")


async def test_a_repository_shows_what_needs_someone_and_leads_to_it(board: Board) -> None:
    await save_deployment(board.database, NOON)
    await save_red(board.database, record(500, NOON - MINUTE))
    await save_release(board.database, NOON)
    await save_merges(board.database, NOON)
    text = await board.see(HOME)
    assert "CI failed on main" in text
    assert f'href="{HOME}/gates/{GATE_ID}"' in text
    assert f'href="{HOME}/runs/500/1"' in text
    assert "#8 was not merged for wren" in text
    assert f'href="{HOME}/pulls/12"' in text
    assert f'href="{HOME}/releases/' in text


async def test_a_pull_request_shows_all_that_is_known_of_it(board: Board) -> None:
    await save_deployment(board.database, NOON)
    await save_merges(board.database, NOON)
    await save_red(board.database, record(501, NOON, branch="sails"))
    await insert(
        board,
        summaries,
        number=12,
        comment_id=77,
        body_digest="",
        check_digest="",
        head_sha=SHA,
        updated_at=NOON,
    )
    entry = Entry(
        key="command/1/accepted",
        repository_id=REPOSITORY.id,
        kind=Kind.COMMAND,
        at=NOON,
        actor=HOSTILE,
        actor_id=9,
        what="command accepted",
        subject="#12 /deploy production",
    )
    await board.database.write(lambda connection: append(connection, entry))
    text = await board.see(f"{HOME}/pulls/12")
    assert "https://github.com/octo/boat/pull/12#issuecomment-77" in text
    assert f'href="{HOME}/deployments/{DEPLOYMENT_ID}"' in text
    assert "1 job failed" in text
    assert "#12 /deploy production" in text
    assert "What was decided, and why" in text
    assert "Nobody has approved" not in text
    assert "<img src=x" not in text


async def test_what_happened_to_another_pull_request_is_not_told(board: Board) -> None:
    """Number 1 is not number 12: a subject begins with the whole number."""
    for number in (1, 12, 120):
        entry = Entry(
            key=f"k{number}",
            repository_id=REPOSITORY.id,
            kind=Kind.COMMAND,
            at=NOON,
            actor="wren",
            actor_id=7,
            what="command accepted",
            subject=f"#{number} /ping {number}",
        )

        def note(connection: Connection, entry: Entry = entry) -> None:
            append(connection, entry)

        await board.database.write(note)
    text = await board.see(f"{HOME}/pulls/12")
    assert "/ping 12<" in text
    assert "/ping 1<" not in text
    assert "/ping 120" not in text


@pytest.mark.parametrize("number", ["0", "2147483648", "9999999999", "x", "-1", "1.5"])
async def test_a_number_that_no_pull_request_has_is_nowhere(board: Board, number: str) -> None:
    assert (await board.get(f"{HOME}/pulls/{number}")).status == 404


async def test_an_environment_shows_what_runs_who_holds_it_and_who_waits(board: Board) -> None:
    await save_deployment(board.database, NOON - 60 * MINUTE, stage=Stage.SUCCEEDED)
    await holding(board, "production", HoldKind.LOCK, reason=HOSTILE)
    await waiting(board, "production", 14, 5)
    await waiting(board, "production", 13, 4)
    text = await board.see(f"{HOME}/environments")
    assert "1a2b3c4</code></a> runs here" in text
    assert "not proven good" in text
    assert "Locked" in text
    assert "<img src=x" not in text
    assert text.index("#13") < text.index("#14")


async def test_what_was_torn_down_runs_no_more(board: Board) -> None:
    await save_deployment(board.database, NOON, stage=Stage.SUCCEEDED)
    torn = deployments.update().values(task="teardown")
    await board.database.write(lambda connection: connection.execute(torn))
    text = await board.see(f"{HOME}/environments")
    assert "runs here" not in text
    assert "Nothing is known to run here." in text


async def test_a_lock_on_every_environment_is_told_above_all(board: Board) -> None:
    place = Place(repository_id=REPOSITORY.id, environment=EVERYWHERE)
    holder = Holder(
        run_id="r1", kind=HoldKind.LOCK, person=Actor(id=7, login="wren"), reason="The week of the fair"
    )
    await board.database.write(lambda connection: hold(connection, place, holder, now=NOON, until=None))
    assert "Every environment: " in await board.see(f"{HOME}/environments")
    assert "The week of the fair" in await board.see(f"{HOME}/environments")
    assert "every environment" in await board.see("/queue")


async def test_the_queue_shows_the_longest_line_first(board: Board) -> None:
    await holding(board, "staging", HoldKind.DEPLOY)
    await holding(board, "production", HoldKind.FREEZE)
    await waiting(board, "production", 14, 5)
    await save_merges(board.database, NOON)
    for address in ("/queue", f"{HOME}/queue"):
        text = await board.see(address)
        assert text.index("production</h3>") < text.index("staging</h3>")
        assert "Frozen" in text
        assert "into <code>release/&lt;1&gt;</code>" in text
        assert "<img src=x" not in text
    assert "production is frozen after a rollback" in await board.see("/")
    assert "production</h3>" not in await board.see("/queue?q=raft")


async def test_an_environment_that_is_free_while_somebody_is_next_says_so(board: Board) -> None:
    await waiting(board, "production", 14, 5)
    assert "Free, the next one is called" in await board.see("/queue")
    assert "Who waits for production" in await board.see(f"{HOME}/environments")


async def test_a_repository_is_followed_without_reading_all_of_it(board: Board) -> None:
    await save_deployment(board.database, NOON)
    shown = re.search(r'data-version="([^"]+)"', await board.see(HOME))
    assert shown
    async with board.session.get(f"{HOME}/-/changes?version=other") as stream:
        assert shown[1].encode() in await stream.content.readuntil(b"\r\n\r\n")
