"""What workers count, added up for a scrape."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from bot.engine.measures import Counted, Histogram, MeasureKind, written
from bot.web.metrics import written as rendered
from bot.web.worker_metrics import WorkerMetrics
from tests.support.told_metrics import AT, beat, worker_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.storage.inbox import Beat


def _scraped(metrics: WorkerMetrics, beats: Sequence[Beat], now: datetime = AT) -> dict[str, float]:
    text = rendered(list(metrics.collect(beats, now))).decode()
    return {
        sample.name + "".join(f",{label}={value}" for label, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_counters_of_workers_are_added_up_and_histograms_bucket_by_bucket() -> None:
    told = _scraped(WorkerMetrics(), [beat(worker_snapshot("one")), beat(worker_snapshot("two", times=2))])

    assert told["pilothouse_runs_total,flow=obey,outcome=done"] == 3
    assert told["pilothouse_github_calls_total,operation=issues/get,status=200"] == 3
    assert told["pilothouse_run_seconds_bucket,flow=obey,le=1.0"] == 0
    assert told["pilothouse_run_seconds_bucket,flow=obey,le=2.5"] == 3
    assert told["pilothouse_run_seconds_bucket,flow=obey,le=+Inf"] == 3
    assert told["pilothouse_run_seconds_sum,flow=obey"] == 6
    assert told["pilothouse_level_missed_total,kind=acknowledged"] == 3
    assert told["pilothouse_level_missed_total,kind=merged"] == 0
    assert told["pilothouse_runs_under_way"] == 3
    assert told["pilothouse_worker_lag_seconds"] == 0.5
    assert told["pilothouse_workers"] == 2


def test_a_counter_never_falls_although_its_worker_is_forgotten() -> None:
    """Prometheus takes a fall for a restart from nothing, and would count what is left a second time."""
    metrics, name = WorkerMetrics(), "pilothouse_runs_total,flow=obey,outcome=done"
    both = [beat(worker_snapshot("one", times=5)), beat(worker_snapshot("two"))]

    assert _scraped(metrics, both)[name] == 6
    assert _scraped(metrics, both)[name] == 6
    assert _scraped(metrics, [beat(worker_snapshot("two", times=3))])[name] == 8
    assert _scraped(metrics, [beat(worker_snapshot("three"))])[name] == 9


def test_a_worker_that_shows_no_life_has_no_gauges() -> None:
    now = AT + timedelta(minutes=5)
    told = _scraped(
        WorkerMetrics(),
        [beat(worker_snapshot("dead")), beat(worker_snapshot("alive", times=2), at=now)],
        now,
    )

    assert told["pilothouse_runs_under_way"] == 2
    assert told["pilothouse_workers"] == 1
    assert told["pilothouse_worker_beat_timestamp_seconds"] == now.timestamp()
    assert told["pilothouse_runs_total,flow=obey,outcome=done"] == 3


def test_signs_of_life_that_cannot_be_read_are_passed_over() -> None:
    """While one release replaces another, each reads what the other wrote."""
    told = _scraped(WorkerMetrics(), [beat(b'[{"name": "old"}]'), beat(b"nonsense")])

    assert told == {"pilothouse_workers": 0, "pilothouse_worker_beat_timestamp_seconds": 0}


def test_a_bucket_takes_what_is_as_long_as_its_bound() -> None:
    histogram = Histogram(name="h_seconds", help="H.", buckets=(1.0, 2.0))
    for seconds in (0.5, 1.0, 1.5, 99.0):
        histogram.observe(seconds)
    newest = Counted(name="n", help="N.", labels=("of",), read=lambda: {("x",): 4.0}, kind=MeasureKind.NEWEST)

    told = _scraped(WorkerMetrics(), [beat(written("w", (histogram, newest)))])

    assert [told[f"h_seconds_bucket,le={le}"] for le in ("1.0", "2.0", "+Inf")] == [2, 3, 4]
    assert (told["h_seconds_sum"], told["h_seconds_count"], told["n,of=x"]) == (102, 4, 4)
