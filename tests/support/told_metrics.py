"""Every metric that the bot tells, with one sample each: made by what tells them, with nothing left out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.app.measuring import WorkerMeasures, process_measures
from bot.config.web_settings import GOALS
from bot.engine.measures import written as worker_written
from bot.engine.pulse import dispatch_counter, flow_counter
from bot.engine.spans import Span, SpanKind
from bot.github.tuning import Call
from bot.levels.model import Kind, Wait
from bot.storage.inbox import Beat
from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.installed_metrics import GAUGES
from bot.web.metrics import WebMetrics, render
from bot.web.request_metrics import measured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def worker_snapshot(worker: str = "one", *, times: int = 1, database_url: str = "sqlite:///bot.db") -> bytes:
    """This function will write down what a worker counts that did each thing so many times."""
    measures = WorkerMeasures(GOALS)
    for _ in range(times):
        for kind in SpanKind:
            measures.tell(_span(kind))
        call = Call(operation="issues/get", status=200, seconds=0.2, installation_id=1, waited=0.1)
        measures.called(call)
        began = AT - timedelta(seconds=7)
        for each in Kind:
            measures.waited(Wait(kind=each, cause="1", repository_id=1, began_at=began, ended_at=AT))
    process = process_measures(database_url=database_url, under_way=lambda: times, lag=lambda: 0.5)
    counts = flow_counter(Counter({("obey", "done"): times})), dispatch_counter(Counter(done=times))
    return worker_written(worker, (*counts, *measures.measures, *process))


async def told(folder: Path) -> Mapping[str, set[str]]:
    """This function will name every metric of a scrape with its labels."""
    metrics = WebMetrics()
    measured(metrics.registry)
    metrics.taken("push", stored=True, seconds=0.01)
    metrics.refused("signature")
    inbox = SqliteInbox(folder / "inbox.db", clock=lambda: AT, on_commit=lambda: None)
    inbox.open()
    database = f"sqlite:///{folder / 'bot.db'}"
    (folder / "bot.db").touch()
    await inbox.beat("one", worker_snapshot(database_url=database))
    text = (await render(metrics, inbox, now=AT)).decode()
    inbox.close()
    found: dict[str, set[str]] = {name: set(labels) for name, (_, labels) in GAUGES.items()}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    # Of these there is a sample only once a request was answered.
    found |= {
        "pilothouse_requests_total": {"place", "status"},
        "pilothouse_request_seconds_bucket": {"place", "le"},
    }
    return found


def beat(snapshot: bytes, at: datetime = AT) -> Beat:
    """This function will make a sign of life."""
    return Beat(at=at, snapshot=snapshot)


def samples(metrics: WebMetrics) -> str:
    """This function will give what a web process counts by itself."""
    return generate_latest(metrics.registry).decode()


def _span(kind: SpanKind) -> Span:
    return Span(
        kind=kind,
        name="obey",
        trace="t",
        id="i",
        parent="",
        began=AT - timedelta(seconds=2),
        ended=AT,
        attributes={"waited": 0.5},
    )
