"""What workers wrote into their signs of life, as the metrics of one scrape."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from bot.engine.measures import MeasureKind, Told, WorkerTold
from bot.web.health import SILENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from prometheus_client.core import Metric

    from bot.engine.measures import Labels
    from bot.storage.inbox import Beat

log = structlog.get_logger()

_WORKER = msgspec.json.Decoder(WorkerTold)
_GROWING = frozenset({MeasureKind.COUNTER, MeasureKind.HISTOGRAM})
_Values: TypeAlias = dict[tuple[str, "Labels"], tuple[float, ...]]


@dataclass(slots=True)
class WorkerMetrics:
    """Adds up what workers count.

    A worker that ended takes nothing with it: what is a counter's must not fall, or a rate would show what never was.
    """

    _described: dict[str, Told] = field(default_factory=dict)
    _sums: _Values = field(default_factory=dict)
    _seen: dict[str, _Values] = field(
        default_factory=dict
    )  # by worker: what it had counted when it was read last

    def collect(self, beats: Iterable[Beat], now: datetime) -> Iterator[Metric]:
        """This function will make the metrics of all workers from their newest signs of life."""
        told = [(beat, worker) for beat in beats if (worker := _decoded(beat)) is not None]
        for _, worker in told:
            self._described |= {each.name: each for each in worker.measures}
            self._add(worker)
        names = {worker.worker for _, worker in told}
        self._seen = {name: values for name, values in self._seen.items() if name in names}
        alive = [worker for beat, worker in told if now - beat.at <= SILENCE]
        gauges = _gauges(alive)
        for name, measure in self._described.items():
            values = self._sums if measure.kind in _GROWING else gauges
            samples = [(labels, each) for (of, labels), each in values.items() if of == name]
            yield _family(measure, samples)
        yield GaugeMetricFamily(
            "pilothouse_workers", "Workers that showed a sign of life within a minute.", len(alive)
        )
        yield GaugeMetricFamily(
            "pilothouse_worker_beat_timestamp_seconds",
            "When a worker showed a sign of life last; 0 where none did within a day.",
            max((beat.at.timestamp() for beat, _ in told), default=0),
        )

    def _add(self, worker: WorkerTold) -> None:
        before = self._seen.get(worker.worker, {})
        present = _growing(worker)
        for key, values in present.items():
            more = _minus(values, before.get(key, ()))
            self._sums[key] = _plus(more, self._sums.get(key, ()))
        self._seen[worker.worker] = present


def _decoded(beat: Beat) -> WorkerTold | None:
    try:
        return _WORKER.decode(beat.snapshot)
    except msgspec.MsgspecError:
        log.warning("worker_snapshot_unreadable")  # of another release, while one replaces the other
        return None


def _growing(worker: WorkerTold) -> _Values:
    return {
        (each.name, labels): values
        for each in worker.measures
        if each.kind in _GROWING
        for labels, values in each.samples
    }


def _gauges(workers: Iterable[WorkerTold]) -> _Values:
    found: _Values = {}
    for each in (
        measure for worker in workers for measure in worker.measures if measure.kind not in _GROWING
    ):
        for labels, (value, *_) in each.samples:
            (known,) = found.get((each.name, labels), (0.0,))
            joined = known + value if each.kind is MeasureKind.SUM else max(known, value)
            found[each.name, labels] = (joined,)
    return found


def _minus(values: Sequence[float], before: Sequence[float]) -> tuple[float, ...]:
    return tuple(each - (before[n] if n < len(before) else 0.0) for n, each in enumerate(values))


def _plus(values: Sequence[float], more: Sequence[float]) -> tuple[float, ...]:
    return tuple(each + (more[n] if n < len(more) else 0.0) for n, each in enumerate(values))


def _family(measure: Told, samples: Sequence[tuple[Labels, tuple[float, ...]]]) -> Metric:
    if measure.kind is MeasureKind.HISTOGRAM:
        histogram = HistogramMetricFamily(measure.name, measure.help, labels=measure.labels)
        bounds = [*(str(each) for each in measure.buckets), "+Inf"]
        for labels, (*counts, total) in samples:
            histogram.add_metric(labels, list(zip(bounds, accumulate(counts), strict=False)), total)
        return histogram
    of = CounterMetricFamily if measure.kind is MeasureKind.COUNTER else GaugeMetricFamily
    family = of(measure.name, measure.help, labels=measure.labels)
    for labels, (value, *_) in samples:
        family.add_metric(labels, value)
    return family
