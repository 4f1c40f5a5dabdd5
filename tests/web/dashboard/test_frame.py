"""What stands around every page of the dashboard, and who may open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.dashboard import OPERATOR, OTHER, Board, boarding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with boarding(tmp_path, known=(OTHER,)) as made:
        yield made


async def test_who_is_not_signed_in_sees_one_button(board: Board) -> None:
    """Nothing of a repository is told to who did not sign in; their way leads to the page they asked for."""
    board.viewer = None
    shown = await board.get("/")
    assert shown.status == 200
    assert 'href="/sign-in?to=%2F"' in shown.text
    asked = await board.get("/repos/octo/reef?x=1")
    assert (asked.status, asked.headers["Location"]) == (303, "/sign-in?to=/repos/octo/reef?x%3D1")
    assert (await board.get("/changes")).status == 303


async def test_the_present_page_is_marked_in_the_navigation(board: Board) -> None:
    text = await board.see("/")
    assert '<a href="/" aria-current="page">Overview</a>' in text
    assert "wren" in text


async def test_a_repository_one_cannot_read_is_not_there(board: Board) -> None:
    """A page of another's repository answers as one that does not exist, so that nobody learns that it does."""
    secret = await board.get("/repos/octo/secret")
    absent = await board.get("/repos/octo/absent")
    assert (secret.status, absent.status) == (404, 404)
    assert secret.text == absent.text
    board.viewer = OPERATOR
    assert (await board.get("/repos/octo/secret")).status == 200
