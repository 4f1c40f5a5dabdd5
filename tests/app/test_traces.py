"""Spans: named by conventions, with ids that every process makes alike, and nothing secret."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.start import StartProblemError
from bot.app.traces.sending import Sender
from bot.app.traces.tracing import Traces, traces_of
from bot.app.traces.words import attributes_of, named
from bot.engine.context import Teller
from bot.engine.spans import Span, SpanKind, delivery_id, dispatch_id
from bot.github.tuning import Call
from tests.support.collector import collecting
from tests.support.process_settings import settings_with
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "ghs_" + 36 * "a"


def _span(kind: SpanKind, name: str, attributes: Mapping[str, str | int | float], error: str = "") -> Span:
    return Span(
        kind=kind,
        name=name,
        trace="g",
        id="i",
        parent="",
        began=AT,
        ended=AT,
        attributes=attributes,
        error=error,
    )


@pytest.mark.parametrize(
    ("span", "name", "attributes"),
    [
        (
            _span(SpanKind.RUN, "obey", {"repository": "o/n", "number": 7, "head_sha": "a", "waited": 0.5}),
            "run obey",
            {
                "vcs.owner.name": "o",
                "vcs.repository.name": "n",
                "vcs.change.id": "7",
                "vcs.ref.head.revision": "a",
                "pilothouse.waited": 0.5,
            },
        ),
        (
            _span(SpanKind.STEP, f"receipt {TOKEN} done", {}, error="Unavailable"),
            "step receipt",
            {"pilothouse.step": "receipt *** done", "error.type": "Unavailable"},
        ),
        (
            _span(SpanKind.DISPATCH, "push", {"delivery": "g", "runs": 2}),
            "process push",
            {
                "pilothouse.delivery": "g",
                "pilothouse.runs": 2,
                "messaging.system": "pilothouse",
                "messaging.operation.name": "process",
                "messaging.operation.type": "process",
                "messaging.destination.name": "push",
                "messaging.message.id": "g",
            },
        ),
        (
            _span(SpanKind.CALL, "GET /x", {"method": "GET", "path": "/x", "status": 0}),
            "GET /x",
            {"http.request.method": "GET", "url.template": "/x"},
        ),
    ],
)
def test_spans_are_named_by_convention(
    span: Span, name: str, attributes: Mapping[str, str | int | float]
) -> None:
    assert named(span) == name
    assert attributes_of(span) == attributes


def test_attributes_of_no_convention_bear_our_name() -> None:
    known = set()
    for module in ("http", "url", "error", "server"):
        found = importlib.import_module(f"opentelemetry.semconv.attributes.{module}_attributes")
        known |= {value for value in vars(found).values() if isinstance(value, str)}
    for module in ("vcs", "messaging"):
        found = importlib.import_module(f"opentelemetry.semconv._incubating.attributes.{module}_attributes")
        known |= {value for value in vars(found).values() if isinstance(value, str)}
    names = ("repository", "number", "head_sha", "method", "path", "route", "scheme", "host", "delivery")
    every = dict.fromkeys((*names, "flow", "run", "operation", "installation"), "x/y") | {"status": 200}

    told = {name for kind in SpanKind for name in attributes_of(_span(kind, "n", every, error="E"))}

    assert {name for name in told if not name.startswith("pilothouse.")} <= known | {"url.template"}


async def test_two_processes_make_one_trace() -> None:
    async with collecting() as collector:
        first, second = (Sender(collector.url, process=process, share=1.0) for process in ("web", "worker"))
        ids = (delivery_id("g"), dispatch_id("g"))
        first.send(
            Span(
                kind=SpanKind.DELIVERY,
                name="POST /webhook",
                trace="g",
                id=ids[0],
                parent="",
                began=AT,
                ended=AT,
            )
        )
        second.send(
            Span(kind=SpanKind.DISPATCH, name="push", trace="g", id=ids[1], parent=ids[0], began=AT, ended=AT)
        )
        await asyncio.to_thread(first.close)
        await asyncio.to_thread(second.close)

    (dispatch,) = collector.named("process push")
    assert collector.way_up(dispatch) == ["process push", "POST /webhook"]
    assert {span.resource["pilothouse.process"] for span in collector.spans} == {"web", "worker"}
    assert [span.kind for span in collector.spans] == [2, 5]


async def _received(share: float, guids: Sequence[str]) -> Mapping[str, list[str]]:
    """The spans of each delivery that a collector gets of two processes, each of which sees a part."""
    async with collecting() as collector:
        web_process, worker = (
            Sender(collector.url, process=process, share=share) for process in ("web", "worker")
        )
        for guid in guids:
            arrival = Span(
                kind=SpanKind.DELIVERY,
                name="POST /webhook",
                trace=guid,
                id=delivery_id(guid),
                parent="",
                began=AT,
                ended=AT,
                attributes={"delivery": guid},
            )
            web_process.send(arrival)
            for number in range(2):
                name, parent = f"step {number}", delivery_id(guid)
                worker.send(replace(arrival, kind=SpanKind.STEP, name=name, id=name, parent=parent))
        for sender in (web_process, worker):
            await asyncio.to_thread(sender.close)
    found: dict[str, list[str]] = {}
    for span in collector.spans:
        found.setdefault(span.attributes["pilothouse.delivery"], []).append(span.name)
    return found


async def test_of_a_share_each_trace_is_whole_or_not_there_at_all() -> None:
    """The processes decide alike without telling each other, and a larger share has all of a smaller one."""
    guids = [f"guid-{number}" for number in range(200)]
    tenth, half = await _received(0.1, guids), await _received(0.5, guids)
    assert all(len(names) == 3 for names in (*tenth.values(), *half.values()))
    assert 5 <= len(tenth) <= 40
    assert 70 <= len(half) <= 130
    assert set(tenth) < set(half)
    assert len(await _received(1.0, guids)) == 200
    assert await _received(0.0, guids) == {}


async def test_a_collector_that_is_away_delays_nobody() -> None:
    sender = Sender("http://127.0.0.1:1/v1/traces", process="worker", share=1.0)
    began = time.monotonic()
    for _ in range(3000):
        sender.send(_span(SpanKind.STEP, "s", {}))
    assert time.monotonic() - began < 2
    await asyncio.to_thread(sender.close)
    assert time.monotonic() - began < 10


def test_a_call_belongs_to_the_step_that_makes_it() -> None:
    told: list[Span] = []
    traces = Traces(tell=told.append, close=lambda: None, clock=lambda: AT, host="api.github.com")
    call = Call(operation="o", status=502, seconds=2.0, installation_id=1, method="PATCH", path="/x")
    with Teller(tell=told.append, clock=lambda: AT).run("obey", "r", {}):
        traces.called(call)
    traces.called(call)

    inside, run, outside = told
    assert (inside.parent, inside.trace, inside.error) == (run.id, "r", "502")
    assert (inside.began, inside.ended) == (AT - timedelta(seconds=2), AT)
    assert (outside.parent, outside.trace != "r") == ("", True)
    assert attributes_of(inside)["server.address"] == "api.github.com"


async def test_a_guid_is_believed_only_of_what_was_signed() -> None:
    """Anybody may send a GUID; only a delivery that was taken in begins the trace of that name."""
    told: list[Span] = []
    closed: list[bool] = []
    statuses = iter((202, 401))

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=next(statuses))

    async def fine(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhook", answer)
    app.router.add_get("/healthz", fine)
    traces = Traces(tell=told.append, close=lambda: closed.append(True), clock=lambda: AT, host="h")
    traces.add_to(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        for _ in range(2):
            await session.post(
                server.make_url("/webhook"), headers={"X-GitHub-Delivery": "g", "X-GitHub-Event": "push"}
            )
        await session.get(server.make_url("/healthz"))
        await until(lambda: len(told) == 2)

    taken, refused = told
    assert (taken.trace, taken.id, taken.error) == ("g", delivery_id("g"), "")
    assert (refused.trace != "g", refused.error) == (True, "401")
    assert "delivery" not in refused.attributes
    assert closed == [True]


def test_without_the_extra_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.app.traces.sending", None)

    wanted = settings_with(traces_url="https://otel.example.org")
    with pytest.raises(StartProblemError, match=r"pip install 'pilothouse\[traces\]'"):
        traces_of(wanted, process="web", clock=lambda: AT)
    assert traces_of(settings_with(), process="web", clock=lambda: AT) is None
