"""GET /metrics: what the web process counts, and what the workers wrote into their signs of life."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.troubles import TROUBLES
from bot.web.limits import Kind
from bot.web.signin.outcomes import OUTCOMES
from bot.web.worker_metrics import WorkerMetrics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from prometheus_client.core import Metric

    from bot.storage.inbox import Backlog, Inbox

log = structlog.get_logger()

# What else a scrape is told, where somebody tells more.
MORE: web.AppKey[Callable[[web.Request], Awaitable[bytes]]] = web.AppKey("more metrics")
# Where what an application does is counted.
COUNTS: web.AppKey[WebMetrics] = web.AppKey("counts")
_PATIENCE = 5.0  # seconds; a scrape gives up after ten, and must tell then what is wrong
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class WebMetrics:
    """The counters of the web process."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives no type; nobody reads them
        self.registry = CollectorRegistry()
        self.workers = WorkerMetrics()
        ProcessCollector(registry=self.registry)
        release = Gauge(
            "pilothouse_build_info",
            "1, with the release that runs.",
            ("version",),
            registry=self.registry,
        )
        release.labels(version("pilothouse")).set(1)
        self._deliveries = Counter(
            "pilothouse_deliveries_total",
            "Deliveries received, by event and outcome.",
            ("event", "outcome"),
            registry=self.registry,
        )
        self._refused = Counter(
            "pilothouse_deliveries_refused_total",
            "Requests to the webhook that were refused, by reason.",
            ("reason",),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "pilothouse_acknowledgement_seconds",
            "Time from the request to its acknowledgement.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._limited = self._counter(
            "pilothouse_requests_limited_total",
            "Requests refused because one address asked too often, by the kind of route.",
            "kind",
            (kind.name.lower() for kind in Kind),
        )
        self._sign_ins = self._counter(
            "pilothouse_sign_ins_total", "Ends of ways to sign in, by how they ended.", "outcome", OUTCOMES
        )
        self.registry.register(_Troubles())
        # Signed, so the event names are GitHub's; a child is looked up once.
        self._children: dict[tuple[str, bool], Counter] = {}

    def taken(self, event: str, *, stored: bool, seconds: float) -> None:
        """This function will count a delivery that was answered with 202."""
        child = self._children.get((event, stored))
        if child is None:
            child = self._deliveries.labels(event, "accepted" if stored else "ignored")
            self._children[event, stored] = child
        child.inc()
        self._seconds.observe(seconds)

    def refused(self, reason: str) -> None:
        """This function will count a request that was refused."""
        self._refused.labels(reason).inc()

    def limited(self, kind: Kind) -> None:
        """This function will count a request from an address that asks too often."""
        self._limited.labels(kind.name.lower()).inc()

    def signed_in(self, outcome: str) -> None:
        """This function will count a way to sign in that came to its end."""
        self._sign_ins.labels(outcome).inc()

    def _counter(self, name: str, text: str, label: str, values: Iterable[str]) -> Counter:
        """A counter that tells each value from the start: the first of a kind is an increase too."""
        made = Counter(name, text, (label,), registry=self.registry)
        for value in values:
            made.labels(value)
        return made


async def render(metrics: WebMetrics, inbox: Inbox, *, now: datetime) -> bytes:
    """This function will write every metric in Prometheus's text format.

    Where the inbox's server is away, the others are told, and that it is: else whoever watches would see no more than
    a scrape that failed.
    """
    made = [_stuck(inbox)]
    try:
        async with asyncio.timeout(_PATIENCE):
            backlog, beats = await inbox.backlog(), await inbox.beats()
    except Exception as error:  # noqa: BLE001 - whatever the database says: it is told as a metric
        log.warning("inbox_not_read", error=f"{type(error).__name__}: {error}")
        made.append(_readable(is_readable=False))
    else:
        made += [_readable(is_readable=True), *_backlog(backlog), *metrics.workers.collect(beats, now)]
    return generate_latest(metrics.registry) + written(made)


def written(made: Sequence[Metric]) -> bytes:
    """This function will write metrics that were made for one scrape in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Collected(made))
    return generate_latest(registry)


def respond(text: bytes) -> web.Response:
    """This function will make the answer to a scrape."""
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Troubles:
    """What went wrong in this process below its requests."""

    def collect(self) -> Iterable[Metric]:
        """This function will tell the counts as they stand."""
        family = CounterMetricFamily(
            "pilothouse_web_troubles_total",
            "What went wrong in the web process below its requests, by its name in the log.",
            labels=("kind",),
        )
        for labels, count in TROUBLES.counts().items():
            family.add_metric(labels, count)
        return (family,)


class _Collected:
    """Metrics made for one scrape."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """This function will hand the metrics over."""
        return self._metrics


def _backlog(backlog: Backlog) -> Iterator[Metric]:
    yield GaugeMetricFamily("pilothouse_inbox_waiting", "Deliveries that wait for a worker.", backlog.waiting)
    yield GaugeMetricFamily(
        "pilothouse_inbox_failed", "Deliveries that could not be handled.", backlog.failed
    )
    yield GaugeMetricFamily(
        "pilothouse_inbox_oldest_timestamp_seconds",
        "When the oldest waiting delivery was accepted; 0 where none waits.",
        0 if backlog.oldest is None else backlog.oldest.timestamp(),
    )


def _readable(*, is_readable: bool) -> Metric:
    return GaugeMetricFamily(
        "pilothouse_inbox_readable",
        "1 where the inbox could be read for this scrape, 0 where its disk or server is away.",
        float(is_readable),
    )


def _stuck(inbox: Inbox) -> Metric:
    return GaugeMetricFamily(
        "pilothouse_inbox_stuck_seconds",
        "For how long the delivery now being written has waited for the disk or server; 0 where none does.",
        inbox.stuck_seconds(),
    )
