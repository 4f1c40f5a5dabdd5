"""GET /metrics: what the web process counts, and what the workers wrote into their signs of life."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.web.worker_metrics import WorkerMetrics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from prometheus_client.core import Metric

    from bot.storage.inbox import Backlog, Inbox

# What else a scrape is told, where somebody tells more.
MORE: web.AppKey[Callable[[web.Request], Awaitable[bytes]]] = web.AppKey("more metrics")
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


async def render(metrics: WebMetrics, inbox: Inbox, *, now: datetime) -> bytes:
    """This function will write every metric in Prometheus's text format."""
    backlog, beats = await inbox.backlog(), await inbox.beats()
    made = [*_backlog(backlog), _stuck(inbox), *metrics.workers.collect(beats, now)]
    return generate_latest(metrics.registry) + written(made)


def written(made: Sequence[Metric]) -> bytes:
    """This function will write metrics that were made for one scrape in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Collected(made))
    return generate_latest(registry)


def respond(text: bytes) -> web.Response:
    """This function will make the answer to a scrape."""
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


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


def _stuck(inbox: Inbox) -> Metric:
    return GaugeMetricFamily(
        "pilothouse_inbox_stuck_seconds",
        "For how long the delivery now being written has waited for the disk or server; 0 where none does.",
        inbox.stuck_seconds(),
    )
