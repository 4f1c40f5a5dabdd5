"""Health fails when progress stops; metrics add up what the workers wrote down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
import pytest

from bot.engine.measures import Counted
from bot.engine.pulse import Pulse
from bot.storage.inbox import Delivery
from tests.support.inbox import done
from tests.support.web import Web, running_web
from tests.web.test_webhook import COMMENT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    async with running_web(tmp_path) as running:
        yield running


async def put(web: Web, guid: str) -> None:
    await web.inbox.put(
        Delivery(guid=guid, event="issue_comment", action="created", installation_id=1, body=b"{}")
    )


async def test_a_worker_that_lives_is_healthy(web: Web) -> None:
    await web.inbox.beat("w", b"[]")
    answer = await web.get("healthz")
    assert answer.status == 200
    assert answer.said == {"status": "ok", "problems": [], "waiting": 0, "failed": 0, "workers": 1}


async def test_a_worker_gets_a_minute_to_begin(web: Web) -> None:
    assert (await web.get("healthz")).status == 200
    web.clock.advance(timedelta(seconds=61))
    answer = await web.get("healthz")
    assert answer.status == 503
    assert answer.said["problems"] == [
        "No worker shows a sign of life: it never began. See the worker's log."
    ]


async def test_a_silent_worker_is_named_with_the_time_it_was_last_heard_of(web: Web) -> None:
    await web.inbox.beat("w", b"[]")
    web.clock.advance(timedelta(minutes=2))
    answer = await web.get("healthz")
    assert answer.status == 503
    assert "09:00:00 UTC" in answer.said["problems"][0]


async def test_a_backlog_fails_only_when_its_head_does_not_move(web: Web) -> None:
    await put(web, "first")
    await put(web, "second")
    assert (await web.get("healthz")).status == 200
    web.clock.advance(timedelta(minutes=9))
    (first, _) = await web.inbox.take(lambda _: 10, 10)
    await web.inbox.finish(done([first.sequence]))
    await web.inbox.beat("w", b"[]")
    assert (await web.get("healthz")).said["waiting"] == 1
    web.clock.advance(timedelta(minutes=9))
    await web.inbox.beat("w", b"[]")
    assert (await web.get("healthz")).status == 200
    web.clock.advance(timedelta(minutes=2))
    await web.inbox.beat("w", b"[]")
    answer = await web.get("healthz")
    assert answer.status == 503
    assert "1 deliveries wait, and nothing has moved" in answer.said["problems"][0]


async def test_a_stuck_writer_is_named(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.inbox, "stuck_seconds", lambda: 42.0)
    answer = await web.get("healthz")
    assert answer.status == 503
    assert "stuck for 42 s" in answer.said["problems"][0]


async def test_metrics_count_deliveries_and_what_workers_did(web: Web) -> None:
    await web.send(COMMENT)
    await web.send(b"{", X_GitHub_Event="star")
    await web.send(COMMENT, X_Hub_Signature_256="sha256=0")
    counted = Counted(
        name="pilothouse_runs_total",
        help="Runs.",
        labels=("flow", "outcome"),
        read=lambda: {("ping", "done"): 3},
    )
    for worker in ("one", "two"):
        await web.inbox.beat(worker, Pulse(beat=web.inbox.beat, counted=[counted]).snapshot())
    await web.inbox.beat("newer version", orjson.dumps({"another": "format"}))
    text = str((await web.get("metrics")).said)
    for line in (
        'pilothouse_deliveries_total{event="issue_comment",outcome="accepted"} 1.0',
        'pilothouse_deliveries_total{event="star",outcome="ignored"} 1.0',
        'pilothouse_deliveries_refused_total{reason="signature"} 1.0',
        "pilothouse_acknowledgement_seconds_count 2.0",
        "pilothouse_inbox_waiting 1.0",
        'pilothouse_runs_total{flow="ping",outcome="done"} 6.0',
    ):
        assert line in text.splitlines()
