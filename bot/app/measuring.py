"""What a worker measures of itself: told in its signs of life, and from there to Prometheus."""

from __future__ import annotations

import os
import resource
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy.engine import make_url

from bot.engine.measures import LONG, Counted, Histogram, MeasureKind
from bot.engine.spans import SpanKind
from bot.troubles import TROUBLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.engine.measures import Labels
    from bot.engine.spans import Span
    from bot.github.tuning import Call
    from bot.levels.model import Wait

    Measure: TypeAlias = Counted | Histogram

_STATM = Path("/proc/self/statm")


class WorkerMeasures:
    """Counts what a worker does; it is told of every single thing, so all of it is cheap.

    Args:
        goals: seconds within which people are to be served, by what they wait for.
    """

    def __init__(self, goals: Mapping[str, float]) -> None:
        self._goals = goals
        self._calls: Counter[Labels] = Counter()
        self._missed: Counter[Labels] = Counter({(kind,): 0 for kind in goals})
        self._done_at: dict[Labels, float] = {}
        self._dispatched = Histogram(
            name="pilothouse_dispatch_seconds",
            help="Time from a delivery's acceptance until its runs were asked for.",
        )
        self._waited = Histogram(
            name="pilothouse_run_wait_seconds",
            help="Time from a run's being asked for until it began.",
            labels=("flow",),
        )
        self._ran = Histogram(
            name="pilothouse_run_seconds",
            help="Time from a run's being asked for until its end.",
            labels=("flow",),
            buckets=LONG,
        )
        self._stepped = Histogram(name="pilothouse_step_seconds", help="Time that a step of a run took.")
        self._called = Histogram(
            name="pilothouse_github_call_seconds",
            help="Time until GitHub's API answered, by method.",
            labels=("method",),
        )
        self._held = Histogram(
            name="pilothouse_github_wait_seconds",
            help="Time that a call waited until GitHub's limits and the pace let it go.",
            buckets=LONG,
        )
        self._levels = Histogram(
            name="pilothouse_level_seconds",
            help="Time that people waited for the bot, by what they waited for.",
            labels=("kind",),
            buckets=LONG,
        )

    def tell(self, span: Span) -> None:
        """This function will count a piece of work."""
        match span.kind:
            case SpanKind.DISPATCH:
                self._dispatched.observe(span.seconds)
            case SpanKind.RUN:
                self._waited.observe(float(span.attributes.get("waited", 0.0)), span.name)
                self._ran.observe(span.seconds, span.name)
                if not span.error:
                    self._done_at[span.name,] = span.ended.timestamp()
            case SpanKind.STEP:
                self._stepped.observe(span.seconds)
            case SpanKind.CALL | SpanKind.DELIVERY:
                return  # counted where they are made

    def called(self, call: Call) -> None:
        """This function will count a call of GitHub's API."""
        self._calls[call.operation, str(call.status)] += 1
        self._called.observe(call.seconds, call.method)
        self._held.observe(call.waited)

    def waited(self, wait: Wait) -> None:
        """This function will count a wait of people's."""
        self._levels.observe(wait.seconds, wait.kind)
        if wait.seconds > self._goals[wait.kind]:
            self._missed[wait.kind,] += 1

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All of them, as a sign of life tells them."""
        return (
            Counted(
                name="pilothouse_github_calls_total",
                help="Calls to GitHub's API, by operation and status.",
                labels=("operation", "status"),
                read=lambda: self._calls,
            ),
            Counted(
                name="pilothouse_level_missed_total",
                help="Waits of people's that took longer than the goal, by what they waited for.",
                labels=("kind",),
                read=lambda: self._missed,
            ),
            Counted(
                name="pilothouse_level_goal_seconds",
                help="Seconds within which people are to be served, by what they wait for.",
                labels=("kind",),
                read=lambda: {(kind,): seconds for kind, seconds in self._goals.items()},
                kind=MeasureKind.NEWEST,
            ),
            Counted(
                name="pilothouse_flow_done_timestamp_seconds",
                help="When a run of the flow ended well last.",
                labels=("flow",),
                read=lambda: self._done_at,
                kind=MeasureKind.NEWEST,
            ),
            self._dispatched,
            self._waited,
            self._ran,
            self._stepped,
            self._called,
            self._held,
            self._levels,
        )


def process_measures(
    *, database_url: str, under_way: Callable[[], int], lag: Callable[[], float]
) -> tuple[Counted, ...]:
    """This function will make the measures of the worker's process.

    Args:
        database_url: whose files are measured, where it is SQLite.
        under_way: how many runs are begun and not ended.
        lag: the most seconds that the loop was late since it was asked last.
    """
    return (
        Counted(
            name="pilothouse_troubles_total",
            help="What went wrong in workers below their runs, by its name in the log.",
            labels=("kind",),
            read=TROUBLES.counts,
        ),
        _gauge("pilothouse_runs_under_way", "Runs that are begun and not ended.", lambda: float(under_way())),
        _gauge(
            "pilothouse_worker_lag_seconds",
            "The most that a worker's event loop was late between two signs of life.",
            lag,
            MeasureKind.NEWEST,
        ),
        _gauge("pilothouse_worker_memory_bytes", "Resident memory of the workers.", _memory),
        Counted(
            name="pilothouse_worker_cpu_seconds_total",
            help="CPU time of the workers.",
            labels=(),
            read=lambda: {(): _cpu()},
        ),
        Counted(
            name="pilothouse_database_bytes",
            help="Size of each SQLite file with its log; a server's size is its own monitoring's.",
            labels=("part",),
            read=lambda: _sizes(database_url),
            kind=MeasureKind.NEWEST,
        ),
    )


def _gauge(name: str, text: str, read: Callable[[], float], kind: MeasureKind = MeasureKind.SUM) -> Counted:
    return Counted(name=name, help=text, labels=(), read=lambda: {(): read()}, kind=kind)


def _memory() -> float:
    with suppress(OSError):
        return int(_STATM.read_text().split()[1]) * float(os.sysconf("SC_PAGE_SIZE"))
    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    )  # the most there was, where no more is told


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _sizes(database_url: str) -> Mapping[Labels, float]:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return {}
    path = Path(url.database)
    parts = {"tables": "", "inbox": "-inbox", "engine": "-engine"}
    files = {part: path.with_name(f"{path.stem}{suffix}{path.suffix}") for part, suffix in parts.items()}
    return {(part,): _bytes((file, file.with_name(f"{file.name}-wal"))) for part, file in files.items()}


def _bytes(files: Sequence[Path]) -> float:
    total = 0.0
    for file in files:
        with suppress(OSError):  # not made yet
            total += file.stat().st_size
    return total
