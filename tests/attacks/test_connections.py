"""Attacks on the port itself: what is sent before anybody knows who sends it."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.server import build_app, listening
from handlers import wanted
from tests.support.clock import Clock
from tests.support.web import SECRETS, signature

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

BODY = b'{"action":"created","installation":{"id":5},"repository":{"id":1,"full_name":"a/b"},"issue":{"number":3}}'
SIGNED = (
    f"X-GitHub-Event: issue_comment\r\nX-GitHub-Delivery: g-1\r\nX-Hub-Signature-256: {signature(BODY)}\r\n"
    "Content-Type: application/json\r\n"
).encode()
START = b"POST /webhook HTTP/1.1\r\nHost: bot.example\r\n" + SIGNED
SIZE = f"Content-Length: {len(BODY)}\r\n".encode()
CHUNKED = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\n\r\n"


class Port:
    """The web process's application on a port, spoken to in bytes."""

    def __init__(self, number: int, inbox: SqliteInbox) -> None:
        self.number = number
        self.inbox = inbox

    async def send(self, sent: bytes, *, within: float = 5.0) -> bytes:
        """Everything that is answered until the server closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.number)
        try:
            writer.write(sent)
            async with asyncio.timeout(within):
                return await reader.read()
        finally:
            writer.close()

    async def stored(self) -> list[str]:
        """The GUIDs that were written down."""
        return [row.guid for row in await self.inbox.take(lambda _: 100, 100)]


@pytest.fixture
async def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Port]:
    monkeypatch.setattr("bot.web.server._IDLE_SECONDS", 0.3)
    monkeypatch.setattr("bot.web.server._LINGER_SECONDS", 0.1)
    monkeypatch.setattr("bot.web.bodies._SECONDS", 0.3)
    async with serving(tmp_path) as port:
        yield port


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Port]:
    clock = Clock()
    inbox = SqliteInbox(folder / "inbox.db", clock=clock, on_commit=lambda: None)
    inbox.open()
    app = build_app(inbox=inbox, secrets=SECRETS, wanted=wanted, clock=clock)
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    async with listening(app, host="127.0.0.1", port=number):
        yield Port(number, inbox)
    inbox.close()


async def test_a_delivery_in_bytes_is_taken(port: Port) -> None:
    """What the attacks below are variations of."""
    answer = await port.send(START + SIZE + b"\r\n" + BODY)
    assert answer.startswith(b"HTTP/1.1 202 ")
    assert await port.stored() == ["g-1"]


# A proxy in front may read each of these in another way than the bot; what is left over would begin somebody
# else's request. https://portswigger.net/web-security/request-smuggling
SMUGGLED = {
    "both lengths": START + SIZE + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    "two lengths": START + SIZE + b"Content-Length: 0\r\n\r\n" + BODY,
    "a signed length": START + b"Content-Length: +" + str(len(BODY)).encode() + b"\r\n\r\n" + BODY,
    "a length in two notations": START + b"Content-Length: 0x5\r\n\r\n" + BODY,
    "chunked twice": START + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNKED,
    "an unknown coding": START + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED,
    "a blank before the colon": START + b"Content-Length : 5\r\n\r\n" + BODY,
    "a folded line": START + b"X-A: b\r\n " + SIZE + b"\r\n" + BODY,
    "a NUL in a value": START + b"X-A: b\x00c\r\n" + SIZE + b"\r\n" + BODY,
    "a bare CR in a value": START + b"X-A: b\rX-B: c\r\n" + SIZE + b"\r\n" + BODY,
    "a chunk of negative size": START + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + BODY,
    "a chunk without its size": START + b"Transfer-Encoding: chunked\r\n\r\n" + BODY,
    "a line of 100 kB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: bot.example\r\n\r\n",
    "a header of 100 kB": START + b"X-A: " + b"a" * 100_000 + b"\r\n" + SIZE + b"\r\n" + BODY,
    "two thousand headers": START + b"".join(b"X-%d: b\r\n" % n for n in range(2000)) + SIZE + b"\r\n" + BODY,
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("sent", SMUGGLED.values(), ids=SMUGGLED.keys())
async def test_a_request_that_two_readers_could_read_differently_is_refused(port: Port, sent: bytes) -> None:
    """The connection ends there too: nothing that follows is read as a request of its own."""
    answer = await port.send(sent + b"GET /healthz HTTP/1.1\r\nHost: bot.example\r\n\r\n")
    assert not answer or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert len(re.findall(rb"HTTP/1\.[01] \d{3} ", answer)) <= 1
    assert await port.stored() == []


SLOW = {
    "nothing at all": b"",
    "half a head": START,
    "half of a second head": b"GET /x HTTP/1.1\r\nHost: bot.example\r\n\r\nGET /heal",
    "half a body": START + SIZE + b"\r\n" + BODY[:20],
    "half a chunk": START + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW.keys())
async def test_who_does_not_finish_what_he_sends_is_not_waited_for(port: Port, sent: bytes) -> None:
    """A thousand of them would hold a thousand connections each for an hour.

    https://github.com/xorbitsai/inference/pull/5213
    """
    answer = await port.send(sent)  # ends within its time limit
    assert b" 202 " not in answer
    assert await port.stored() == []


async def test_few_large_bodies_are_read_at_once_and_small_ones_always(port: Port) -> None:
    """Nobody has shown a signature yet, so what strangers send may not take the memory of the process."""
    waiting = []
    for _ in range(8):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port.number)
        writer.write(START + b"Content-Length: 20000000\r\n\r\n" + b"a" * 1000)
        waiting.append(writer)
    await asyncio.sleep(0.05)
    refused = await port.send(START + b"Content-Length: 20000000\r\n\r\n" + b"a" * 1000)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After" in refused
    taken = await port.send(START + SIZE + b"\r\n" + BODY)
    assert taken.startswith(b"HTTP/1.1 202 ")
    for writer in waiting:
        writer.close()


NOT_HTTP = START + b"Content-Length: 1\x00\r\n\r\n{forged: true}\n"


async def test_what_is_no_http_takes_one_short_line_of_the_log(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a traceback nor the bytes that a stranger chose; thousands of them would bury what matters.

    https://github.com/home-assistant/core/issues/143231
    """
    with capture_logs() as lines:
        await port.send(NOT_HTTP)
    (line,) = (line for line in lines if line["event"] == "request_unreadable")
    assert (line["status"], line["log_level"]) == (400, "warning")
    assert all("\n" not in str(value) and len(str(value)) <= 100 for value in line.values())
    assert caplog.records == []


async def test_what_a_stranger_names_himself_is_short_in_the_log(port: Port) -> None:
    """Header values are cut, and cannot hold line ends."""
    with capture_logs() as lines:
        await port.send(
            b"POST /webhook HTTP/1.1\r\nHost: bot.example\r\nX-GitHub-Delivery: g\xe2\x80\xae"
            + b"d" * 5000
            + b"\r\nX-GitHub-Event: "
            + b"e" * 2000
            + b"\r\nContent-Length: 0\r\n\r\n"
        )
    (line,) = (line for line in lines if line["event"] == "delivery_refused")
    assert all(len(str(value)) <= 120 for value in line.values())
