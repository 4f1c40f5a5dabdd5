"""What the webhook takes, what it ignores and what it refuses."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.storage.deliveries.model import DeliveryQuery
from bot.storage.inbox import InboxFullError, State
from bot.web.bodies import MOST_BYTES
from handlers import wanted
from tests.support.web import SECRETS, Web, headers_of, running_web, signature
from tests.support.webhook_samples import webhook_samples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

COMMENT = json.dumps(
    {
        "action": "created",
        "installation": {"id": 5},
        "repository": {"id": 1, "full_name": "a/b"},
        "issue": {"number": 3},
    }
).encode()


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    async with running_web(tmp_path) as running:
        yield running


async def test_a_wanted_delivery_is_durable_before_it_is_acknowledged(web: Web) -> None:
    answer = await web.send(COMMENT)
    assert (answer.status, answer.said) == (202, {"status": "accepted"})
    (row,) = await web.inbox.take(lambda _: 10, 10)
    assert (row.guid, row.event, row.installation_id, row.body) == ("guid-1", "issue_comment", 5, COMMENT)
    (seen,) = await web.inbox.deliveries(DeliveryQuery(repositories=frozenset({1})))
    assert (seen.action, seen.repository, seen.number) == ("created", "a/b", 3)


async def test_the_same_delivery_again_is_acknowledged_and_kept_once(web: Web) -> None:
    for _ in range(3):
        assert (await web.send(COMMENT)).status == 202
    assert await web.stored() == ["guid-1"]


async def test_two_secrets_are_valid_during_a_rotation(web: Web) -> None:
    for secret in SECRETS:
        assert (await web.send(COMMENT, X_Hub_Signature_256=signature(COMMENT, secret))).status == 202


@pytest.mark.parametrize(
    ("event", "body"),
    [("star", b"not even JSON"), ("issue_comment", COMMENT.replace(b"created", b"pinned")), ("watch", b"{}")],
)
async def test_what_no_handler_wants_is_acknowledged_and_not_stored(
    web: Web, event: str, body: bytes
) -> None:
    answer = await web.send(body, X_GitHub_Event=event)
    assert (answer.status, answer.said) == (202, {"status": "ignored"})
    assert await web.stored() == []


REFUSED: dict[str, tuple[int, bytes, dict[str, str | None], str]] = {
    "no signature": (401, COMMENT, {"X_Hub_Signature_256": None}, "webhook secret"),
    "SHA-1 alone": (401, COMMENT, {"X_Hub_Signature_256": None, "X_Hub_Signature": "sha1=0"}, "SHA-1"),
    "wrong signature": (
        401,
        COMMENT,
        {"X_Hub_Signature_256": signature(COMMENT, b"guess")},
        "does not match",
    ),
    "empty signature": (401, COMMENT, {"X_Hub_Signature_256": ""}, "does not match"),
    "signature not ASCII": (401, COMMENT, {"X_Hub_Signature_256": "sha256=é"}, "does not match"),
    "no event": (400, COMMENT, {"X_GitHub_Event": None}, "X-GitHub-Event is missing"),
    "no GUID": (400, COMMENT, {"X_GitHub_Delivery": None}, "X-GitHub-Delivery is missing"),
    "odd GUID": (400, COMMENT, {"X_GitHub_Delivery": "a" * 101}, "malformed"),
    "GUID not ASCII": (400, COMMENT, {"X_GitHub_Delivery": "é"}, "malformed"),
    "odd event": (400, COMMENT, {"X_GitHub_Event": "<script>"}, "malformed"),
    "form-encoded": (415, COMMENT, {"Content_Type": "application/x-www-form-urlencoded"}, "form-encoded"),
    "plain text": (415, COMMENT, {"Content_Type": "text/plain"}, "application/json"),
    "empty body": (400, b"", {}, "no payload"),
    "cut JSON": (400, COMMENT[:-5], {}, "no payload"),
    "an array": (400, b"[1, 2]", {}, "no payload"),
    "null": (400, b"null", {}, "no payload"),
    "wrong types": (400, b'{"action": 7, "installation": {"id": "x"}}', {}, "no payload"),
    "no UTF-8": (400, b'{"action": "\xff\xfe"}', {}, "no payload"),
    "lone surrogate": (400, b'{"action": "\\ud800"}', {}, "no payload"),
    "deep array": (400, b'{"action":' + b"[" * 500_000, {}, "no payload"),
    "deep object": (400, b'{"a":' * 500_000, {}, "no payload"),
    "huge id": (400, COMMENT.replace(b'"id": 5', b'"id": ' + b"9" * 30), {}, "no payload"),
    "negative id": (400, COMMENT.replace(b'"id": 5', b'"id": -5'), {}, "no payload"),
    "too large": (413, b" " * (MOST_BYTES + 1), {}, "25 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_garbage_is_refused_with_a_reason_and_a_log_line(web: Web, name: str) -> None:
    """Never a 500, nothing stored, and the sender reads what was wrong."""
    status, body, headers, reason = REFUSED[name]
    with capture_logs() as logs:
        answer = await web.send(body, **headers)
    assert answer.status == status
    assert answer.said["status"] == "refused"
    assert reason in answer.said["reason"]
    (line,) = [line for line in logs if line["event"] == "delivery_refused"]
    assert (line["status"], line["reason"]) == (status, answer.said["reason"])
    if "X_GitHub_Delivery" not in headers:
        assert line["delivery"] == "guid-1"
    assert await web.stored() == []


async def test_nesting_inside_a_wanted_payload_is_no_crash(web: Web) -> None:
    body = COMMENT[:-1] + b', "odd": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert (await web.send(body)).status in {202, 400}


async def test_a_chunked_body_over_the_limit_is_refused(web: Web) -> None:
    """Without a Content-Length the size is known only while reading."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(27):
            yield b" " * (1 << 20)

    headers = headers_of(b"")
    async with web.session.post("/webhook", data=chunks(), headers=headers) as response:
        assert response.status == 413
        assert "25 MB" in (await response.json())["reason"]


async def test_a_payload_of_exactly_25_mb_is_taken(web: Web) -> None:
    body = COMMENT[:-1] + b', "pad": "' + b"x" * (MOST_BYTES - len(COMMENT) - 11) + b'"}'
    assert len(body) <= MOST_BYTES
    assert (await web.send(body)).status == 202


async def test_raw_bytes_in_headers_are_no_crash(web: Web) -> None:
    """Aiohttp's client sends only decent headers, so this one speaks for itself."""
    url = web.session._base_url  # noqa: SLF001 - the test's own session
    assert url is not None

    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
        b"X-GitHub-Event: \xff\r\nX-GitHub-Delivery: \xfe\r\nX-Hub-Signature-256: sha256=\xff\xfe\r\n\r\n{}"
    )
    status = await reader.readline()
    writer.close()
    assert status.split()[1] in {b"400", b"401"}


async def test_a_full_inbox_asks_to_come_again(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_delivery: object) -> None:
        raise InboxFullError("8192 deliveries wait to be written")

    monkeypatch.setattr(web.inbox, "put", full)
    answer = await web.send(COMMENT)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_a_stuck_writer_asks_to_come_again_at_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.inbox, "stuck_seconds", lambda: 60.0)
    assert (await web.send(COMMENT)).status == 503


async def test_a_disk_error_is_no_acknowledgement(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_delivery: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(web.inbox, "put", broken)
    assert (await web.send(COMMENT)).status == 503
    assert await web.inbox.states(["guid-1"]) == {}


async def test_a_bug_of_ours_is_no_acknowledgement(tmp_path: Path) -> None:
    def wants(_event: str, _action: str | None) -> bool:
        raise KeyError("a mistake")

    async with running_web(tmp_path, wants=wants) as web:
        answer = await web.send(COMMENT)
    assert (answer.status, answer.said["status"]) == (503, "failed")


async def test_every_known_payload_is_accepted(web: Web) -> None:
    """GitHub's own examples, old shapes included."""
    samples = webhook_samples()
    assert len(samples) == 104
    for number, sample in enumerate(samples):
        body = json.dumps(sample.payload).encode()
        answer = await web.send(body, X_GitHub_Event=sample.event, X_GitHub_Delivery=f"guid-{number}")
        assert answer.status == 202, (sample.file, answer)
        expected = wanted(sample.event, sample.payload.get("action"))
        assert answer.said["status"] == ("accepted" if expected else "ignored")
    stored = await web.stored()
    assert stored
    assert await web.inbox.states(stored) == dict.fromkeys(stored, State.WAITING)
