"""Attacks on the pages of people who signed in: every page that is linked, and every form in it."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import select

from bot.recovery.known import KnownRepository
from bot.storage.database import Database
from bot.storage.trust_tables import journal
from bot.web.dashboard.addresses import Addresses
from bot.web.live import MOST_OF_ONE
from tests.support.agent_pages import save_agents
from tests.support.cost_pages import save_costs
from tests.support.dashboard import OPERATOR, OTHER, WREN, board_over, know, reader_of
from tests.support.delivered import save_deliveries
from tests.support.diagnosis import NOON
from tests.support.history import save_weeks
from tests.support.hostile import harm, spoil
from tests.support.merge_pages import save_merges
from tests.support.release_pages import save_release
from tests.support.spider import crawl, read, shape
from tests.support.trust_pages import save_deployment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.dashboard import Board, Shown
    from tests.support.spider import Form

HOME = "/repos/octo/boat"
# They write, so whatever they may not do is not for want of a right in their own repository.
STRANGER = reader_of((777_001, "eve/own"), can_write=True, login="eve")
OWN = KnownRepository(
    repository_id=777_001, installation_id=9, full_name="eve/own", is_private=False, default_branch="main"
)


@pytest.fixture(scope="session")
def rich_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository in which everything is to be seen, and one that is somebody else's."""
    file = tmp_path_factory.mktemp("rich") / "bot.db"
    asyncio.run(_save(file))
    return file


async def _save(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    database.open()
    await know(database, OWN, OTHER)
    for save in (save_weeks, save_deployment, save_merges, save_release, save_costs, save_agents):
        await save(database, NOON)
    database.close()


@pytest.fixture
async def board(rich_file: Path, tmp_path: Path) -> AsyncIterator[Board]:
    """An operator looks at all that, and at deliveries in every state."""
    shutil.copy(rich_file, tmp_path / "bot.db")
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.open()
    async with board_over(database, tmp_path, viewer=OPERATOR, every=0.05) as board:
        await save_deliveries(board.inbox)
        yield board
    database.close()


async def state(board: Board) -> object:
    """What a form can change: every act is journalled, and a delivery is handled again."""
    noted = await board.database.read(lambda connection: connection.execute(select(journal)).all())
    waiting = await board.inbox.backlog()
    return noted, waiting


_CRAWLED: dict[str, Shown] = {}


async def pages(board: Board) -> dict[str, Shown]:
    """Every page as an operator sees it; all tests of a process begin with the same rows."""
    if not _CRAWLED:
        _CRAWLED.update(await crawl(board, HOME))
    return dict(_CRAWLED)


def forms_of(found: dict[str, Shown]) -> list[tuple[str, Form]]:
    """Every form that does something, with the page it stands in."""
    return [
        (address, form)
        for address, shown in found.items()
        for form in read(address, shown.text).forms
        if form.method == "post" and form.action != "/sign-out"
    ]


async def test_every_page_is_linked_from_somewhere(board: Board) -> None:
    """What the attacks below walk over is all there is."""
    found = await pages(board)
    addresses = Addresses.load()
    assert {shown.status for shown in found.values()} == {200}
    asked = [await addresses.find(make_mocked_request("GET", address)) for address in found]
    assert {one.page.name for one in asked if one is not None} == {page.name for page in addresses.pages}


async def test_nobody_sees_what_is_not_theirs(board: Board) -> None:
    """By whatever address: of a repository, of one thing in it, or of a list with filters.

    https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html
    """
    found = await pages(board)
    board.viewer = STRANGER
    for address in found:
        shown = await board.get(address)
        assert shown.status in {200, 404}, address
        assert "octo/boat" not in shown.text, address
        assert "octo/secret" not in shown.text, address
        if address.startswith(HOME):
            assert shown.status == 404, address
            assert shown.text == (await board.get("/repos/nobody/nothing")).text


async def test_who_is_not_signed_in_sees_nothing(board: Board) -> None:
    found = await pages(board)
    board.viewer = None
    for address in found:
        shown = await board.get(address)
        assert shown.status in {302, 303} or urlsplit(address).path == "/", address
        assert "octo/" not in shown.text.replace(quote(address, safe=""), ""), address


async def test_nobody_follows_what_is_not_theirs(board: Board) -> None:
    """The stream of changes is a second way to each page."""
    found = await pages(board)
    followed = set()
    for address, shown in found.items():
        if address.startswith(HOME):
            followed |= {
                given["data-live"] for _, given in read(address, shown.text).elements if "data-live" in given
            }
    assert followed
    for address in followed:
        async with board.session.get(address) as stream:  # it is there for who may read the page
            assert stream.headers["Content-Type"] == "text/event-stream"
    for viewer in (STRANGER, None):
        board.viewer = viewer
        for address in followed:
            shown = await board.get(address, headers={"Accept": "text/event-stream"})
            assert shown.status in {302, 303, 404}, address
            assert "event:" not in shown.text


async def test_nobody_takes_all_the_streams(board: Board) -> None:
    """One reader with many tabs, or a script, would keep everybody else's pages from moving."""
    async with AsyncExitStack() as streams:
        statuses = []
        for _ in range(MOST_OF_ONE + 3):
            stream = await streams.enter_async_context(board.session.get(f"{HOME}/-/changes"))
            statuses.append(stream.status)
        assert statuses == [200] * MOST_OF_ONE + [503] * 3
        board.viewer = WREN
        other = await streams.enter_async_context(board.session.get(f"{HOME}/-/changes"))
        assert other.status == 200


async def test_no_form_of_another_ones_page_does_anything(board: Board) -> None:
    forms = forms_of(await pages(board))
    assert forms
    before = await state(board)
    for viewer in (STRANGER, None):
        board.viewer = viewer
        for address, form in forms:
            shown = await board.post(form.action, dict.fromkeys(set(form.fields) - {"csrf"}, "1"))
            assert shown.status in {302, 303, 403, 404}, (address, form)
            assert "octo/" not in shown.text
    assert await state(board) == before


FORGERIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "without the token": ({"csrf": ""}, {}),
    "with another person's token": ({"csrf": "c" * 43}, {}),
    "with half a token": ({"csrf": "o" * 20}, {}),
    "with a token that is no text": ({"csrf": "\u00f6" * 43}, {}),
    "from another site": ({}, {"Sec-Fetch-Site": "cross-site"}),
    "from a neighbour of the site": ({}, {"Sec-Fetch-Site": "same-site"}),
    "as plain text": ({}, {"Content-Type": "text/plain"}),
    "as JSON": ({}, {"Content-Type": "application/json"}),
    "in an unknown alphabet": ({}, {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}),
}


async def test_no_form_that_another_site_sends_does_anything(board: Board) -> None:
    """https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html."""
    forms = forms_of(await pages(board))
    before = await state(board)
    for name, (fields, headers) in FORGERIES.items():
        for _, form in forms:
            shown = await board.post(form.action, fields, headers=headers)
            assert shown.status in {400, 403, 415}, (name, form)
    assert await state(board) == before


async def test_no_address_does_anything_by_being_opened(board: Board) -> None:
    """A picture on another site can open any address as whoever is signed in."""
    found = await pages(board)
    before = await state(board)
    for _, form in forms_of(found):
        shown = await board.get(f"{form.action}?csrf={OPERATOR.csrf}")
        assert shown.status in {404, 405}, form
    assert await state(board) == before


async def test_hostile_names_are_text_on_every_page(board: Board) -> None:
    """A branch, a job, a login, a message of a log, an agent: whatever strangers can name."""
    await board.database.write(spoil)
    found = await crawl(board, HOME)
    for address, shown in found.items():
        assert shown.status == 200, address
        if not shown.headers["Content-Type"].startswith("text/html"):
            continue  # a file to be saved; what it may do is held below
        assert harm(read(address, shown.text)) == [], address
        assert "49{%raw%}" not in shown.text, address
    assert sum("onerror=alert(1)" in shown.text for shown in found.values()) >= len(found) // 3


QUERIES = (
    quote("'\"><img src=x onerror=alert(1)>%_\\"),
    "%00%ff%fe",
    "%ed%a0%80",
    "-1",
    "9" * 40,
    "x" * 5000,
)


async def test_no_question_makes_a_page_fail(board: Board) -> None:
    """Whatever is asked for is answered, and is text in the answer."""
    found = await pages(board)
    asked = {
        (shape(address), field): urlsplit(address).path
        for address, shown in found.items()
        for form in read(address, shown.text).forms
        if form.method == "get"
        for field in {*form.fields, "before", "after", "since"}
    }
    assert asked
    for (_, field), path in sorted(asked.items()):
        for value in QUERIES:
            shown = await board.get(f"{path}?{field}={value}")
            assert shown.status in {200, 400, 404}, (path, field, value[:20])
            assert harm(read(path, shown.text)) == []


async def test_no_part_of_an_address_makes_a_page_fail(board: Board) -> None:
    found = await pages(board)
    for address in found:
        path = urlsplit(address).path
        for end in (
            "/%00",
            "/..%2f..%2fetc%2fpasswd",
            "/%0d%0aSet-Cookie:%20a=b",
            "//evil.example",
            "/" + "9" * 30,
        ):
            for base in {path, path.rsplit("/", 1)[0]}:
                shown = await board.get(f"{board.root.rstrip('/')}{base}{end}")
                assert shown.status in {200, 400, 404}, base + end
                assert "Set-Cookie" not in shown.headers


async def test_no_page_is_kept_by_anybody_but_its_reader_nor_framed(board: Board) -> None:
    """A cache between us and two people would show the one what is the other's; a frame would borrow their click."""
    found = await pages(board)
    found["/nothing/here"] = await board.get("/nothing/here")
    for address, shown in found.items():
        kept = shown.headers["Cache-Control"]
        assert "private" in kept or "no-store" in kept, address
        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert shown.headers["X-Content-Type-Options"] == "nosniff"


async def test_no_page_repeats_the_host_it_was_asked_for(board: Board) -> None:
    """https://portswigger.net/web-security/host-header."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "worse.example", "Forwarded": "host=worst.example"}
    for address in await pages(board):
        shown = await board.get(address, headers=headers)
        assert ".example" not in (shown.text + str(shown.headers)).replace("bot.example", ""), address
