"""What came in, what came of it, and who may have it handled again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.audit.store import all_entries
from bot.storage.deliveries.model import State
from tests.support.dashboard import HOME, OPERATOR, OTHER, Board, boarding, reader_of
from tests.support.delivered import SECRET, delivered, save_deliveries, save_runs
from tests.support.diagnosis import REPOSITORY
from tests.support.inbox import done

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import aiohttp

WRITER = reader_of((REPOSITORY.id, REPOSITORY.full_name), can_write=True)
READER = reader_of((REPOSITORY.id, REPOSITORY.full_name))


@dataclass
class Delivered:
    """A dashboard over an inbox in which something is."""

    board: Board
    ids: dict[str, int]

    async def one(self, guid: str) -> str:
        """This function will read the page of a delivery."""
        return await self.board.see(f"/deliveries/{self.ids[guid]}")

    async def replay(self, guid: str) -> str:
        """This function will press the button, and read what is said."""
        sent = await self.board.post(f"/deliveries/{self.ids[guid]}/replay", {})
        assert (sent.status, sent.headers["Location"]) == (303, f"/deliveries/{self.ids[guid]}")
        return await self.one(guid)

    async def state(self, guid: str) -> State:
        """This function will say how far a delivery is."""
        return (await self.board.inbox.states([guid]))[guid]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Delivered]:
    async with boarding(tmp_path, viewer=READER, known=(OTHER,)) as board:
        yield Delivered(board, await save_deliveries(board.inbox))


async def test_a_reader_sees_deliveries_of_what_they_can_read_and_no_others(here: Delivered) -> None:
    text = await here.board.see("/deliveries")
    for guid in ("g-comment", "g-run", "g-push", "g-broken", "g-waits"):
        assert f'href="/deliveries/{here.ids[guid]}"' in text
    for guid in ("g-secret", "g-installed"):
        assert f'href="/deliveries/{here.ids[guid]}"' not in text
        assert (await here.board.get(f"/deliveries/{here.ids[guid]}")).status == 404
    assert "octo/secret" not in text
    assert await here.board.see(f"{HOME}/deliveries") != text


async def test_an_operator_sees_all_and_the_failed_ones_first(here: Delivered) -> None:
    here.board.viewer = OPERATOR
    text = await here.board.see("/deliveries")
    assert text.index("Not handled") < text.index(f'href="/deliveries/{here.ids["g-broken"]}"')
    assert text.count(f'href="/deliveries/{here.ids["g-broken"]}"') == 2
    assert "KeyError: &#39;&lt;i&gt;nothing&lt;/i&gt;&#39;" in text
    assert SECRET not in text + await here.one("g-broken")
    assert "octo/secret" in text
    assert "find_budgets" in await here.one("g-installed")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("state=failed", {"g-broken"}),
        ("state=waiting", {"g-waits"}),
        ("state=nonsense", {"g-comment", "g-run", "g-push", "g-broken", "g-waits"}),
        ("event=push", {"g-push"}),
        ("number=%233", {"g-comment", "g-run"}),
        ("number=99999999999999999999", {"g-comment", "g-run", "g-push", "g-broken", "g-waits"}),
        ("guid=g-run", {"g-run"}),
        ("guid=g-secret", set()),
        ("repository=octo/secret", set()),
        ("repository=octo/absent", set()),
        ("repository=OCTO/boat&state=done&number=3", {"g-comment", "g-run"}),
        ("before=3", {"g-comment", "g-run"}),
    ],
)
async def test_the_list_is_narrowed_by_what_is_asked(here: Delivered, asked: str, shown: set[str]) -> None:
    text = await here.board.see(f"/deliveries?{asked}")
    assert {guid for guid, number in here.ids.items() if f'href="/deliveries/{number}"' in text} == shown


async def test_a_repository_of_others_is_told_of_like_one_that_is_not_there(here: Delivered) -> None:
    texts = [await here.board.see(f"/deliveries?repository=octo/{name}") for name in ("secret", "absent")]
    assert texts[0].replace("secret", "absent") == texts[1]


async def test_a_long_list_is_read_piece_by_piece(here: Delivered) -> None:
    for number in range(60):
        await here.board.inbox.put(delivered(f"more-{number}", "push"))
    text = await here.board.see("/deliveries?event=push")
    assert 'href="/deliveries?event=push&amp;before=18" rel="next"' in text
    older = await here.board.see("/deliveries?event=push&before=18")
    assert f'href="/deliveries/{here.ids["g-push"]}"' in older
    assert 'class="button" href="/deliveries?event=push"' in older
    assert 'rel="next"' not in older


@pytest.mark.parametrize("path", ["/deliveries", f"{HOME}/deliveries", "/deliveries?event=push"])
async def test_an_open_list_hears_what_comes_and_what_becomes_of_it(tmp_path: Path, path: str) -> None:
    async with boarding(tmp_path, viewer=READER, known=(OTHER,), every=0.01) as board, asyncio.timeout(20):
        shown = _version(await board.see(path))
        address, _, query = path.partition("?")
        followed = f"{address}/-/changes?{query}{'&' if query else ''}version={shown}"
        async with board.session.get(followed) as answer:
            assert answer.content_type == "text/event-stream"
            await board.inbox.put(delivered("g-of-another", "push", repository_id=43))
            await board.inbox.put(delivered("g-new", "push"))
            waits = await _told(answer.content)
            assert waits == _version(await board.see(path))
            await board.inbox.finish(done(row.sequence for row in await board.inbox.take(lambda _: 9, 9)))
            assert await _told(answer.content) == _version(await board.see(path)) != waits


def _version(text: str) -> str:
    """How the page stands, as it carries it for those who follow it."""
    return text.partition('data-version="')[2].partition('"')[0]


async def _told(stream: aiohttp.StreamReader) -> str:
    """What the next event of a stream says."""
    while not (line := (await stream.readline()).decode()).startswith("data:"):
        assert line
    return line.removeprefix("data:").strip()


async def test_one_delivery_tells_what_came_of_it_and_how_that_stands(here: Delivered) -> None:
    save_runs(here.board.database)
    here.board.viewer = WRITER
    text = await here.one("g-run")
    for words in ("Began <code>diagnose</code>", "Failed", "Running", "not known any more", "workflow run"):
        assert words in text
    assert "KeyError: &#39;&lt;b&gt;&#39; ***" in text
    assert "Done" in await here.one("g-comment")
    assert "Nothing: no story of the bot begins with it" in await here.one("g-push")


async def test_a_delivery_of_an_older_version_says_that_nothing_was_noted(here: Delivered) -> None:
    before = here.board.inbox
    await before.put(delivered("g-old", "push"))
    rows = [row for row in await before.take(lambda _: 100, 100) if row.guid == "g-old"]
    await before.finish(done(row.sequence for row in rows))
    await before._read(  # noqa: SLF001 - as an older version left it
        lambda connection: connection.execute("update inbox set decisions = null where guid = 'g-old'")
    )
    here.ids["g-old"] = rows[0].sequence
    assert "an older version of the bot handled it" in await here.one("g-old")
    assert "not noted" in await here.board.see("/deliveries")


async def test_what_a_delivery_said_is_readable_and_harmless(here: Delivered) -> None:
    """Whoever may write reads the payload: escaped, without secrets; a reader of the repository does not."""
    here.board.viewer = WRITER
    text = await here.one("g-comment")
    assert '"number": 3' in text
    assert "token=***" in text
    assert SECRET not in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    here.board.viewer = READER
    text = await here.one("g-comment")
    assert '"number": 3' not in text
    assert "people with write access" in text


async def test_a_writer_has_a_failed_delivery_handled_again_and_the_journal_tells(here: Delivered) -> None:
    here.board.viewer = WRITER
    assert "It waits to be handled again" in await here.replay("g-broken")
    (again,) = [row for row in await here.board.inbox.take(lambda _: 10, 10) if row.guid == "g-broken"]
    assert again.body == b'{"broken": true}'
    entries = await here.board.database.read(lambda connection: list(all_entries(connection, REPOSITORY.id)))
    (entry,) = [linked.entry for linked in entries]
    assert (entry.actor, entry.what, entry.subject) == ("wren", "delivery replayed", "check_run g-broken")
    assert SECRET not in str(entry.detail)
    assert "it waits to be handled already" in await here.replay("g-broken")


async def test_an_operator_has_all_that_failed_handled_again(here: Delivered) -> None:
    """After a mistake of the bot was mended, nobody opens two hundred pages."""
    here.board.viewer = OPERATOR
    sent = await here.board.post("/deliveries/replay", {})
    assert (sent.status, sent.headers["Location"]) == (303, "/deliveries")
    text = await here.board.see("/deliveries")
    assert "1 delivery waits to be handled again" in text
    assert "Not handled" not in text
    assert await here.state("g-broken") is State.WAITING
    assert await here.state("g-secret") is State.DONE
    entries = await here.board.database.read(lambda connection: list(all_entries(connection)))
    assert [linked.entry.actor for linked in entries] == ["amara"]
    await here.board.post("/deliveries/replay", {})
    assert "none can be replayed" in await here.board.see("/deliveries")


async def test_all_that_failed_is_for_operators(here: Delivered) -> None:
    here.board.viewer = WRITER
    await here.board.post("/deliveries/replay", {})
    assert "is for operators" in await here.board.see("/deliveries")
    assert await here.state("g-broken") is State.FAILED


async def test_a_reader_has_nothing_handled_again(here: Delivered) -> None:
    assert "Handle it again" not in await here.one("g-broken")
    assert "takes write access" in await here.replay("g-broken")
    assert await here.state("g-broken") is State.FAILED
    await here.board.post(f"/deliveries/{here.ids['g-secret']}/replay", {})
    assert await here.state("g-secret") is State.DONE


async def test_what_is_not_kept_cannot_be_handled_again(here: Delivered) -> None:
    here.board.viewer = WRITER
    await here.board.inbox._read(lambda connection: connection.execute("delete from payloads"))  # noqa: SLF001
    text = await here.one("g-run")
    assert "What it said is not kept any more" in text
    assert '<button class="strong"' not in text
    assert "is not kept any more" in await here.replay("g-run")
    assert await here.state("g-run") is State.DONE


async def test_a_form_from_elsewhere_replays_nothing(here: Delivered) -> None:
    here.board.viewer = WRITER
    sent = await here.board.post(f"/deliveries/{here.ids['g-broken']}/replay", {"csrf": "x"})
    assert sent.status == 403
    assert await here.state("g-broken") is State.FAILED


async def test_an_inbox_in_which_nothing_is_says_what_will_be(tmp_path: Path) -> None:
    async with boarding(tmp_path) as board:
        assert "Nothing came yet" in await board.see("/deliveries")
