"""The journal of what was done, for those who may write to a repository."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.audit.chain import follow
from bot.audit.effects import NOWHERE
from bot.audit.model import Entry, Kind
from bot.audit.render import linked_from_line
from bot.audit.store import append
from bot.sign_ins.entries import Ending, begun, ended, refused
from bot.sign_ins.model import SignIn
from bot.storage.trust_tables import journal
from tests.support.dashboard import HOME, OPERATOR, OTHER, Board, boarding, reader_of
from tests.support.diagnosis import NOON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

WRITER = reader_of((REPOSITORY.id, REPOSITORY.full_name), can_write=True)
READER = reader_of((REPOSITORY.id, REPOSITORY.full_name))
_FIRST = Entry(
    key="1",
    repository_id=REPOSITORY.id,
    kind=Kind.COMMAND,
    at=NOON - timedelta(hours=1),
    actor="wren",
    actor_id=7,
    what="deploy accepted",
    subject="#12 production <script>alert(1)</script>",
    result="accepted",
    evidence="https://github.com/octo/boat/pull/12#issuecomment-1",
)


def _fill(connection: Connection) -> None:
    append(connection, _FIRST)
    approved = replace(_FIRST, key="2", at=NOON, kind=Kind.APPROVAL, actor="amara", what="gate approved")
    append(connection, replace(approved, evidence="d-1"))
    append(connection, replace(_FIRST, key="3", at=NOON, repository_id=43, what="a secret of octo/secret"))
    nothing = replace(_FIRST, key="4", at=NOON, repository_id=NOWHERE, what="of nothing")
    append(connection, replace(nothing, evidence="javascript:x"))


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with boarding(tmp_path, viewer=WRITER, known=(OTHER,)) as made:
        await made.database.write(_fill)
        yield made


async def test_a_writer_sees_what_was_done_in_their_repositories_the_newest_first(board: Board) -> None:
    text = await board.see("/audit")
    assert text.index("gate approved") < text.index("deploy accepted")
    assert "a secret of" not in text
    assert "of nothing" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


async def test_a_reader_who_may_not_write_sees_nothing_of_it(board: Board) -> None:
    board.viewer = READER
    assert "Nothing is written down yet" in await board.see("/audit")
    assert "deploy accepted" not in await board.see(f"{HOME}/audit")
    assert "For those who may write here" in await board.see(f"{HOME}/audit")
    assert (await board.get(f"{HOME}/audit/journal.jsonl")).status == 404
    assert "No repository octo/boat" in await board.see("/audit?repository=octo/boat")


async def test_an_operator_sees_all_and_what_the_bot_did_itself(board: Board) -> None:
    board.viewer = OPERATOR
    text = await board.see("/audit")
    for words in ("a secret of octo/secret", "of nothing", "the bot itself", "gate approved"):
        assert words in text
    assert 'href="javascript' not in text


async def test_who_signed_in_and_out_is_for_operators(board: Board) -> None:
    row = SignIn(
        token_hash="5e55" * 16,
        user_id=7,
        login="wren",
        sealed="sealed",
        created_at=NOON - timedelta(hours=2),
        seen_at=NOON,
        expires_at=NOON + timedelta(days=1),
    )
    for entry in (begun(row), ended(row, Ending.SIGNED_OUT, at=NOON), refused("denied", at=NOON)):
        await board.database.write(partial(append, entry=entry))
    assert "signed in" not in await board.see("/audit?kind=sign-in")
    board.viewer = OPERATOR
    text = await board.see("/audit?kind=sign-in")
    for words in ("signed in", "sign-in ended", "sign-in refused", "signed_out", "wren", "(unknown)"):
        assert words in text
    assert row.token_hash not in text
    assert "gate approved" not in text
    assert "Sign-in</option>" in text
    assert "Sign-in</option>" not in await board.see(f"{HOME}/audit")


@pytest.mark.parametrize("page", ["/audit", f"{HOME}/audit"])
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("actor=AMARA", {"gate approved"}),
        ("actor=%40wren", {"deploy accepted"}),
        ("kind=approval", {"gate approved"}),
        ("kind=nonsense", {"gate approved", "deploy accepted"}),
        ("what=DEPLOY", {"deploy accepted"}),
        ("what=production", {"gate approved", "deploy accepted"}),
        ("what=%25", set()),
        ("actor=nobody", set()),
    ],
)
async def test_the_journal_is_narrowed_by_what_is_asked(
    board: Board, page: str, asked: str, shown: set[str]
) -> None:
    text = await board.see(f"{page}?{asked}")
    assert {words for words in ("gate approved", "deploy accepted") if words in text} == shown
    assert "holds together" not in text


@pytest.mark.parametrize(
    "asked", ["before=x", "before=2026-01-01~1~1", "before=-1", "before=" + "9" * 40, "before=²"]
)
async def test_a_place_that_makes_no_sense_is_the_start(board: Board, asked: str) -> None:
    for page in ("/audit", f"{HOME}/audit"):
        assert "gate approved" in await board.see(f"{page}?{asked}")


async def test_a_long_journal_is_read_piece_by_piece_and_whole(board: Board) -> None:
    """Entries of one moment are shown once each, whichever repository they belong to."""
    board.viewer = OPERATOR

    def more(connection: Connection) -> None:
        for number in range(120):
            which = (REPOSITORY.id, 43)[number % 2]
            one = replace(_FIRST, key=f"m{number}", at=NOON, repository_id=which, what=f"item-{number:03}")
            append(connection, one)

    await board.database.write(more)
    for page, count in (("/audit", 120), (f"{HOME}/audit", 60)):
        found: list[str] = []
        address = page
        while address:
            text = await board.see(address)
            found += re.findall(r"item-\d{3}", text)
            more_at = text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            address = more_at.replace("&amp;", "&") if 'rel="next"' in text else ""
        assert (len(found), len(set(found))) == (count, count)


async def test_a_chain_that_holds_is_said_to_and_one_that_was_changed_too(board: Board) -> None:
    assert "What is shown holds together" in await board.see(f"{HOME}/audit")
    assert "The whole chain holds" in await board.see(f"{HOME}/audit?check=whole")
    mine = (journal.c.repository_id == REPOSITORY.id) & (journal.c.sequence == 1)
    await board.database.write(
        lambda connection: connection.execute(journal.update().where(mine).values(actor="nobody"))
    )
    for address in (f"{HOME}/audit", f"{HOME}/audit?check=whole"):
        text = await board.see(address)
        assert "The chain is broken" in text
        assert "does not hold at entry 1: it was changed after it was written" in text


async def test_the_journal_is_taken_away_as_a_file_that_proves_itself(board: Board) -> None:
    shown = await board.get(f"{HOME}/audit/journal.jsonl")
    named = shown.headers["Content-Disposition"]
    assert named.startswith("attachment;")
    assert "journal-octo-boat.jsonl" in named
    (checked,) = follow([linked_from_line(line) for line in shown.text.splitlines()])
    assert (checked.head.sequence, checked.broken) == (2, None)


async def test_a_journal_too_long_for_a_page_names_the_command_that_is_not(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.dashboard.journal.MOST_CHECKED", 1)
    monkeypatch.setattr("bot.web.dashboard.pages.repository_audit.MOST_CHECKED", 1)
    text = await board.see(f"{HOME}/audit?check=whole")
    assert "pilothouse audit verify" in text
    assert "The whole chain holds" not in text
    assert (await board.get(f"{HOME}/audit/journal.jsonl")).status == 404


async def test_an_empty_chain_is_whole(tmp_path: Path) -> None:
    async with boarding(tmp_path, viewer=WRITER) as board:
        assert "Nothing is written down yet" in await board.see(f"{HOME}/audit?check=whole")
        assert (await board.get(f"{HOME}/audit/journal.jsonl")).text == ""
