"""What stands around every page of the dashboard, and who may open one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.web.dashboard.addresses import Addresses
from bot.web.dashboard.page import DashboardPage, Done, Download, Scope, Seen
from tests.support.dashboard import HOME, OPERATOR, OTHER, WREN, Board, board_over, boarding, know

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.web.dashboard.page import Reading


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
    assert (await board.get("/-/changes")).status == 303
    assert (await board.post("/-/changes", {})).headers["Location"] == "/sign-in"


async def test_the_present_page_is_marked_in_the_navigation(board: Board) -> None:
    text = await board.see("/")
    assert '<a href="/" aria-current="page">Overview</a>' in text
    assert "wren" in text
    assert f'<a href="{HOME}" aria-current="page">Now</a>' in await board.see(HOME)


async def test_a_repository_of_a_managed_user_has_its_page(board: Board) -> None:
    """An enterprise's users have its short code behind an underscore: mona_octo."""
    await know(board.database, replace(OTHER, full_name="mona_octo/notes"))
    board.viewer = OPERATOR
    assert "mona_octo/notes" in await board.see("/repos/mona_octo/notes")


async def test_a_repository_one_cannot_read_is_not_there(board: Board) -> None:
    """A page of another's repository answers as one that does not exist, so that nobody learns that it does."""
    secret = await board.get("/repos/octo/secret")
    absent = await board.get("/repos/octo/absent")
    assert (secret.status, absent.status) == (404, 404)
    assert secret.text == absent.text
    board.viewer = OPERATOR
    assert (await board.get("/repos/octo/secret")).status == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/repos", "/repos/octo", "/repos/octo/boat/nothing", "/%00", "/a%2Fb"]
)
async def test_an_address_of_nothing_is_answered_with_a_page(board: Board, path: str) -> None:
    shown = await board.get(path)
    assert shown.status == 404
    assert "There is nothing here for you" in shown.text


async def test_machines_addresses_keep_their_own_answers(board: Board) -> None:
    """The dashboard answers every address but those of others, which say themselves what they take."""
    for path in ("/webhook", "/healthz", "/metrics", "/setup"):
        assert "<html" not in (await board.get(path)).text


async def test_a_page_tells_browsers_to_keep_it_to_its_reader(board: Board) -> None:
    headers = (await board.get("/")).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "form-action 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-cache"


async def test_a_file_is_kept_by_browsers_until_it_is_another(board: Board) -> None:
    text = await board.see("/")
    address = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    shown = await board.get(address)
    assert (shown.status, shown.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    other = await board.get(address.partition("?")[0])
    assert (other.status, other.headers["Cache-Control"]) == (200, "public, max-age=3600")
    assert (await board.get("/static/../desk.py")).status == 404
    assert (await board.get("/static/setup.txt")).status == 404


async def _echo(reading: Reading) -> Seen | None:
    if reading.query.get("q") == "broken":
        raise RuntimeError(reading.query["q"])
    if reading.query.get("q") == "absent":
        return None
    if reading.query.get("q") == "file":
        return Seen(download=Download(name='a "file"\n.txt', content_type="text/plain", text="whole"))
    return Seen(facts={"facts": None, "repository": reading.repository}, version="1")


async def _act(reading: Reading) -> Done:
    if reading.form["to"] == "broken":
        raise RuntimeError(reading.form["to"])
    return Done(address=reading.form["to"], said="<b>Done</b>")


_PAGE = DashboardPage(
    name="echo", path="/echo", template="nothing.html", scope=Scope.PERSON, read=_echo, acts={"do": _act}
)
_OPERATORS = replace(_PAGE, name="operators", path="/operators", title="Operators", scope=Scope.OPERATOR)


@pytest.fixture
async def echo(board: Board, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setattr(Addresses, "load", lambda: Addresses((_PAGE, _OPERATORS)))
    return board


async def test_a_form_is_done_and_the_next_page_says_so_once(echo: Board) -> None:
    done = await echo.post("/echo/do", {"to": "/echo"})
    assert (done.status, done.headers["Location"]) == (303, "/echo")
    assert "&lt;b&gt;Done&lt;/b&gt;" in await echo.see("/echo")
    assert "Done" not in await echo.see("/echo")


async def test_what_was_said_to_another_sign_in_is_not_shown(echo: Board) -> None:
    """A cookie that somebody else's page or an earlier person left behind puts no words on the page."""
    await echo.post("/echo/do", {"to": "/echo"})
    echo.viewer = OPERATOR
    assert "Done" not in await echo.see("/echo")
    for value in ("x", "é", "QUFB" * 30):
        shown = await echo.get("/echo", headers={"Cookie": f"pilothouse_said={value}"})
        assert 'class="said"' not in shown.text


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https://evil.example", "evil"])
async def test_a_form_sends_nobody_to_another_site(echo: Board, address: str) -> None:
    assert (await echo.post("/echo/do", {"to": address})).headers["Location"] == "/"


async def test_a_form_of_another_site_does_nothing(echo: Board) -> None:
    """Only a page that this person was shown knows the word; without it, or sent from elsewhere, nothing is done."""
    for form in ({"csrf": ""}, {"csrf": OPERATOR.csrf}, {"csrf": "é"}):
        assert (await echo.post("/echo/do", {"to": "/echo", **form})).status == 403
    sent = await echo.post("/echo/do", {"to": "/echo"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status == 403
    assert "Nothing was done" in sent.text
    async with echo.session.post("/echo/do", json={"to": "/echo", "csrf": WREN.csrf}) as response:
        assert response.status == 403


async def test_a_form_is_small_and_one_that_the_page_has(echo: Board) -> None:
    assert (await echo.post("/echo/do", {"to": "x" * 70_000})).status == 413
    assert (await echo.post("/echo/other", {"to": "/echo"})).status == 404
    assert (await echo.post("/echo", {"to": "/echo"})).status == 404
    assert (await echo.get("/echo/do")).status == 404


async def test_what_breaks_is_said_without_its_cause(echo: Board) -> None:
    for shown in (await echo.get("/echo?q=broken"), await echo.post("/echo/do", {"to": "broken"})):
        assert shown.status == 503
        assert "RuntimeError" not in shown.text
    assert (await echo.get("/echo?q=absent")).status == 404


async def test_a_page_may_be_a_file(echo: Board) -> None:
    shown = await echo.get("/echo?q=file")
    assert (shown.status, shown.text) == (200, "whole")
    assert shown.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20%22file%22%0A.txt"


async def test_what_is_asked_with_signs_that_no_database_takes_is_asked_without(echo: Board) -> None:
    assert (await echo.get("/echo?q=bro%00ken")).status == 503  # the same word, without the NUL
    assert (await echo.get("/echo?q=%ff%ed%a0%80")).status == 200


async def test_operators_pages_are_not_there_for_others(echo: Board) -> None:
    assert (await echo.get("/operators")).status == 404
    assert "Operators" not in await echo.see("/echo")
    echo.viewer = OPERATOR
    assert (await echo.get("/operators")).status == 200
    assert '<a href="/operators">Operators</a>' in await echo.see("/echo")


async def test_who_follows_a_page_is_asked_again_whether_they_may_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open page of a repository that its reader lost is told nothing more, though its connection still stands."""
    monkeypatch.setattr("bot.web.dashboard.desk._ASKED_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(
        Addresses, "load", lambda: Addresses((replace(_PAGE, path="", scope=Scope.REPOSITORY),))
    )
    async with boarding(tmp_path) as made, board_over(made.database, tmp_path, every=0.01) as board:
        async with board.session.get(f"{HOME}/-/changes") as stream:
            assert b"event: changed" in await stream.content.readuntil(b"\r\n\r\n")
            board.viewer = replace(WREN, repositories={})
            rest = await stream.content.read()
        assert b"event: over" in rest
