"""How long people wait, as those who may read the repositories see it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.levels.model import Kind, Wait
from bot.levels.store import note_wait
from tests.support.dashboard import OPERATOR, OTHER, Board, board_over, boarding, reader_of
from tests.support.diagnosis import NOON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.storage.database import Database


def _save(connection: Connection) -> None:
    for number, (kind, repository_id, seconds, days) in enumerate(
        [
            (Kind.ACKNOWLEDGED, REPOSITORY.id, 2.0, 0),
            (Kind.ACKNOWLEDGED, REPOSITORY.id, 9.0, 2),
            (Kind.SUMMARISED, OTHER.repository_id, 400.0, 1),
            (Kind.SUMMARISED, OTHER.repository_id, 20.0, 20),
        ]
    ):
        ended = NOON - timedelta(days=days, minutes=number)
        began = ended - timedelta(seconds=seconds)
        wait = Wait(kind=kind, cause=str(number), repository_id=repository_id, began_at=began, ended_at=ended)
        assert note_wait(connection, wait)


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with boarding(tmp_path, known=(OTHER,)) as made:
        await made.database.write(_save)
        yield made


def _section(text: str, kind: str) -> str:
    found = re.search(rf'<h2 id="{kind}">.*?</section>', text, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", found[0])


async def test_a_reader_sees_the_waits_of_what_they_can_read(board: Board) -> None:
    text = await board.see("/levels")

    acknowledged = _section(text, "acknowledged")
    assert "Too slow" in acknowledged
    assert re.search(r"50.0 %\s+1 of 2", acknowledged)
    assert "9 s" in acknowledged
    assert "No workflow run turned red in this time." in _section(text, "summarised")
    assert "octo/secret" not in text
    assert f'href="/repos/{REPOSITORY.full_name}/levels?days=7">' in _html(text, "worst")


async def test_an_operator_sees_all(board: Board) -> None:
    board.viewer = OPERATOR
    text = await board.see("/levels")

    assert "octo/secret" in _html(text, "worst")
    assert re.search(r"0.0 %\s+0 of 1", _section(text, "summarised"))
    assert "by day, the oldest first: 0, 0, 0, 0, 0, 1 (1 too late), 0" in text


async def test_a_repository_has_its_own(board: Board) -> None:
    board.viewer = OPERATOR
    text = await board.see("/repos/octo/secret/levels?days=30")

    assert re.search(r"1 of 2", _section(text, "summarised"))
    assert "No command was given in this time." in _section(text, "acknowledged")
    assert 'id="worst"' not in text
    board.viewer = reader_of((REPOSITORY.id, REPOSITORY.full_name))
    assert (await board.get("/repos/octo/secret/levels")).status == 404


@pytest.mark.parametrize(
    ("days", "said", "bars"), [("1", "1 of 1", 0), ("30", "1 of 2", 30), ("forged", "1 of 2", 7)]
)
async def test_the_time_is_chosen_in_the_address(board: Board, days: str, said: str, bars: int) -> None:
    text = await board.see(f"/levels?days={days}")

    assert said in _section(text, "acknowledged")
    html = _html(text, "acknowledged")
    assert html.count("<rect ") - html.count('class="late"') == bars


async def test_where_nobody_waited_the_page_says_what_will_stand_there(tmp_path: Path) -> None:
    async with boarding(tmp_path) as empty:
        text = await empty.see("/levels")

    assert text.count("Each wait is counted once") == len(Kind)
    assert "Nobody waited too long" in text


async def test_the_waits_of_a_thousand_repositories_make_a_small_page(
    thousand: Database, tmp_path: Path
) -> None:
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        text = await board.see("/levels?days=30")

    assert len(text) < 40_000
    assert _html(text, "worst").count("<tr>") == 21


def _html(text: str, section: str) -> str:
    found = re.search(rf'<h2 id="{section}">.*?</section>', text, re.DOTALL)
    assert found is not None
    return found[0]
