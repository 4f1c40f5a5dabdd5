"""Says how a pipeline does, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.reporting.units import duration, percent, plural
from bot.markdown import code, escape, link, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.stats.rules import Caches, CategoryStats, JobStats, PipelineStats, WorkflowStats

_BARS = "▁▂▃▄▅▆▇█"
_MOST_JOBS = 60
_SMALL_CHANGE = 0.05  # of what was usual: less is no change


def render_stats(stats: PipelineStats, *, days: int, page: str = "") -> str:
    """This function will say how all workflows do over some days.

    Args:
        stats: what was measured.
        days: how many they are.
        page: the address of the page with more; empty where the bot has none.
    """
    parts = [
        _head(stats, days),
        _workflows(stats.workflows, days),
        _tests(stats, days),
        _unread(stats),
        link("The page of CI metrics", page) + " has the trends." if page else "",
    ]
    return "\n\n".join(part for part in parts if part)


def render_workflow(stats: PipelineStats, one: WorkflowStats, *, days: int) -> str:
    """This function will say how one workflow and its jobs do over some days."""
    newest = (
        f"{link('The newest run', one.newest.url)} ended as {code(one.newest.conclusion or 'not known')}."
    )
    parts = [
        f"The last {plural(days, 'day')}, every branch. {newest}",
        _workflows((one,), days),
        _jobs(one.jobs),
        _unread(stats),
    ]
    return "\n\n".join(part for part in parts if part)


def spark(values: Iterable[float | None]) -> str:
    """This function will draw values as a line of bars that stand on zero; a dot where there is none."""
    drawn = list(values)
    known = [value for value in drawn if value is not None]
    if not known:
        return ""
    top = max(known) or 1.0
    return "".join("·" if value is None else _BARS[round(value / top * (len(_BARS) - 1))] for value in drawn)


def changed(now: float | None, before: float | None) -> str:
    """This function will say by how much a time differs from what was usual before."""
    if now is None or not before:
        return "—"
    share = (now - before) / before
    if abs(share) < _SMALL_CHANGE:
        return "as before"
    return f"{percent(round(abs(share), 2))} {'longer' if share > 0 else 'shorter'}"


def _head(stats: PipelineStats, days: int) -> str:
    text = f"The last {plural(days, 'day')}, every branch; times are of what passed, from start to end."
    if stats.commit is None:
        return text
    return (
        f"{text} A commit is checked whole in {duration(stats.commit.p50)} (90 % under "
        f"{duration(stats.commit.p90)})."
    )


def _workflows(found: Iterable[WorkflowStats], days: int) -> str:
    head = (
        "workflow",
        "passed",
        "usual",
        "90 % under",
        f"beside {days} days before",
        "caches found",
        "trend",
    )
    rows = [
        [
            code(one.workflow),
            f"{percent(one.success_rate)} of {one.ended:,}" if one.ended else "none whole",
            duration(one.duration.p50 if one.duration else None),
            duration(one.duration.p90 if one.duration else None),
            changed(one.duration.p50 if one.duration else None, one.before),
            _found(one.caches),
            spark(one.trend),
        ]
        for one in found
    ]
    return table(head, rows)


def _found(caches: Caches) -> str:
    text = percent(caches.rate)
    return f"{text} ({caches.partial:,} in part)" if caches.partial else text


def _tests(stats: PipelineStats, days: int) -> str:
    if not stats.tests:
        return ""
    rows = [_category(one) for one in stats.tests]
    whole = stats.total
    rows.append(
        [
            "**all**",
            f"**{whole.all:,}**",
            f"**{whole.failed:,}**",
            f"**{whole.skipped:,}**",
            _signed(_sum(one.change for one in stats.tests)),
        ]
    )
    head = ("tests of the default branch", "all", "failed", "skipped", f"since {days} days ago")
    return table(head, rows)


def _category(one: CategoryStats) -> list[str]:
    counts = one.counts
    return [
        code(one.category),
        f"{counts.all:,}",
        f"{counts.failed:,}",
        f"{counts.skipped:,}",
        _signed(one.change),
    ]


def _sum(changes: Iterable[int | None]) -> int | None:
    known = [one for one in changes if one is not None]
    return sum(known) if known else None


def _signed(change: int | None) -> str:
    return "—" if change is None else f"{change:+,}" if change else "0"


def _jobs(jobs: tuple[JobStats, ...]) -> str:
    if not jobs:
        return ""
    head = ("job", "times", "usual", "90 % under", "caches found", "a miss costs")
    rows = [
        [
            escape(job.name),
            f"{job.times:,}",
            duration(job.duration.p50 if job.duration else None),
            duration(job.duration.p90 if job.duration else None),
            _found(job.caches),
            duration(job.miss_costs),
        ]
        for job in jobs[:_MOST_JOBS]
    ]
    more = f"\n\nand {plural(len(jobs) - _MOST_JOBS, 'job')} more" if len(jobs) > _MOST_JOBS else ""
    return table(head, rows) + more


def _unread(stats: PipelineStats) -> str:
    if not stats.unread:
        return ""
    return (
        f"The figures of {plural(stats.unread, 'run')} could not be read; of the newest, since "
        f"{escape(stats.problem)}."
    )
