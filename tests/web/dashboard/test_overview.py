"""The overview: who needs to look at what comes first, and nobody sees what they cannot read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.recovery.known import keep_installation
from bot.storage.inbox import Delivery
from bot.storage.tables import failures, job_results
from tests.support.dashboard import OPERATOR, OTHER, WREN, Board, board_over, boarding, know, reader_of
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.history import record, save_green, save_red
from tests.support.thousand_rows import FIRST_ID, name_of
from tests.support.trust_pages import save_deployment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.storage.database import Database

HOUR = timedelta(hours=1)
MAIN_RED = "CI failed on main"


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with boarding(tmp_path, known=(OTHER,)) as made:
        yield made


def repositories(text: str) -> list[str]:
    """The repositories under "Needs someone", in order."""
    part = text.partition('<ul class="needs">')[2].partition("</section>")[0]
    return re.findall(r'class="repo" href="/repos/([^"]+)"', part)


async def test_an_empty_overview_says_what_will_be_there(board: Board) -> None:
    text = await board.see("/")
    assert "Nothing needs anyone" in text
    assert "octo/boat" not in text.partition("All repositories")[0]
    assert 'href="/repos/octo/boat"' in text
    board.viewer = replace(WREN, repositories={})
    assert "No repository is to be seen yet" in await board.see("/")


async def test_a_default_branch_is_red_until_a_later_run_is_green(board: Board) -> None:
    """A failure of the newest run counts; one that a later run, or a later attempt, has left behind does not."""
    await save_red(board.database, record(500, NOON - 2 * HOUR))
    assert MAIN_RED in await board.see("/")
    await save_green(board.database, 501, NOON - HOUR)
    assert MAIN_RED not in await board.see("/")


async def test_a_run_that_passed_when_it_was_run_again_is_not_red(board: Board) -> None:
    await save_red(board.database, record(500, NOON - 2 * HOUR))
    await save_green(board.database, 500, NOON - HOUR)
    again = job_results.update().where(
        job_results.c.repository_id == REPOSITORY.id, job_results.c.passed.is_(True)
    )
    await board.database.write(lambda connection: connection.execute(again.values(attempt=2)))
    assert MAIN_RED not in await board.see("/")


async def test_a_red_pull_request_is_no_red_default_branch(board: Board) -> None:
    """A fork's branch may be called main too: its runs belong to its pull request."""
    await save_red(board.database, record(500, NOON - 2 * HOUR))
    forked = failures.update().values(number=12, author="mallory")
    await board.database.write(lambda connection: connection.execute(forked))
    assert MAIN_RED not in await board.see("/")


async def test_what_waits_for_people_is_shown_to_those_who_can_read_it_alone(board: Board) -> None:
    await save_deployment(board.database, NOON)
    assert repositories(await board.see("/")) == ["octo/boat"]
    assert "production waits for approval, asked by wren (#12)" in await board.see("/?need=gate")
    assert repositories(await board.see("/?need=red")) == []
    board.viewer = reader_of((OTHER.repository_id, OTHER.full_name))
    text = await board.see("/")
    assert repositories(text) == []
    assert "octo/boat" not in text
    assert "octo/secret" in text


async def test_a_repository_that_the_app_may_not_see_any_more_is_gone(board: Board) -> None:
    await save_deployment(board.database, NOON)
    await board.database.write(lambda connection: keep_installation(connection, 7, (), at=NOON + HOUR))
    text = await board.see("/")
    assert "octo/boat" not in text
    assert "Waiting approvals</dt><dd>0" in text


async def test_names_are_searched_as_they_are_written(board: Board) -> None:
    """What is special to a pattern is not special to who searches."""
    await know(board.database, replace(OTHER, repository_id=44, full_name="octo/a_b"), at=NOON)
    board.viewer = OPERATOR
    assert "octo/secret" in await board.see("/?q=SECRET")
    assert 'href="/repos/octo/a_b"' in await board.see("/?q=a_b")
    for said in ("%25", "_o", "%5C", "%27%3B--"):
        shown = await board.see(f"/?q={said}")
        assert 'href="/repos/octo/boat"' not in shown
        assert "No repository is named so" in shown


async def test_failed_deliveries_are_told_to_operators(board: Board) -> None:
    await board.inbox.put(
        Delivery(guid="guid-1", event="push", action="", installation_id=7, body=b"not JSON")
    )
    assert "Failed deliveries" not in await board.see("/")
    board.viewer = OPERATOR
    assert "Failed deliveries" in await board.see("/")


async def test_a_thousand_repositories_are_shown_piece_by_piece(thousand: Database, tmp_path: Path) -> None:
    """Those that need someone come first, all are listed by name, and no piece leaves any out."""
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        first = await board.see("/")
        assert len(repositories(first)) == 12
        assert "All 286 that need someone" in first
        names: list[str] = []
        address = "/"
        while address:
            text = await board.see(address)
            part = text.partition('id="all"')[2]
            names += re.findall(r'class="repo" href="/repos/([^"]+)"', part)
            found = re.search(r'href="([^"]+)" rel="next"', part)
            address = found[1].replace("&amp;", "&") if found else ""
    assert len(names) == 1_001
    assert names == sorted(set(names))


async def test_one_reader_of_a_thousand_repositories_sees_theirs(thousand: Database, tmp_path: Path) -> None:
    mine = reader_of(*((FIRST_ID + number, name_of(number)) for number in (0, 7, 8)))
    async with board_over(thousand, tmp_path, viewer=mine) as board:
        text = await board.see("/")
    assert repositories(text) == [name_of(0), name_of(7)]
    assert re.findall(r'class="repo" href="/repos/([^"]+)"', text.partition('id="all"')[2]) == sorted(
        name_of(number) for number in (0, 7, 8)
    )


async def test_the_overview_is_followed_without_reading_all_of_it(board: Board) -> None:
    before = re.search(r'data-version="([^"]+)"', await board.see("/"))
    assert before
    async with board.session.get("/-/changes?version=other") as stream:
        told = await stream.content.readuntil(b"\r\n\r\n")
    assert before[1].encode() in told
    await save_deployment(board.database, NOON)
    after = re.search(r'data-version="([^"]+)"', await board.see("/"))
    assert after
    assert after[1] != before[1]


async def test_who_can_read_more_than_is_shown_is_told_so(board: Board) -> None:
    words = "You can read more repositories than these"
    assert words not in await board.see("/")
    board.viewer = replace(WREN, is_whole=False)
    assert words in await board.see("/")
