"""Says in which way a workflow run hangs, held against what is usual for it; what is not known never hangs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.deployments.leases.render import render_duration
from bot.markdown import code
from bot.supervision.runs.model import RunKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from bot.config.supervising import RunsConfig
    from bot.supervision.runs.model import JobFacts, RunFacts

_AT_WORK = "in_progress"
_IN_LINE = frozenset({"queued", "requested"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """In which way a run hangs, and what shows it."""

    kind: RunKind
    text: str  # safe Markdown, one sentence


def hang_of(facts: RunFacts) -> Hang | None:
    """This function will say in which way the run hangs, if it does; the surest sign first."""
    if facts.status in _IN_LINE and not facts.jobs:
        return _without_jobs(facts)
    lost = _lost(facts)
    found = [lost] if lost is not None else []
    found += [*_running(facts), *_queued(facts)]
    return found[0] if found else None


def is_unknown(facts: RunFacts) -> bool:
    """This function will say whether the run works for long, and too little is known of what is usual for it."""
    is_known = facts.usual is not None or any(job.usual is not None for job in _at_work(facts))
    return bool(_at_work(facts)) and not is_known and facts.ran > parse_duration(facts.terms.at_least)


def bound(usual: timedelta | None, longest: timedelta | None, terms: RunsConfig) -> timedelta | None:
    """This function will return how long something may take before it counts as hung; None where nobody knows.

    It is longer than it ever took lately when it passed, so that a build that is slow now and then is left alone.
    """
    if usual is None:
        return None
    return max(usual * terms.times, longest or usual, parse_duration(terms.at_least))


def _at_work(facts: RunFacts) -> list[JobFacts]:
    return [job for job in facts.jobs if job.status == _AT_WORK]


def _without_jobs(facts: RunFacts) -> Hang | None:
    """GitHub leaves runs so after accidents of its own. https://github.com/orgs/community/discussions/211626."""
    if facts.ran <= parse_duration(facts.terms.queued):
        return None
    text = f"It is queued for {render_duration(facts.ran)}, and GitHub has made no job of it."
    return Hang(kind=RunKind.QUEUED, text=text)


def _lost(facts: RunFacts) -> Hang | None:
    """A runner that is lost leaves its job running without a step, or the run without a job."""
    least = parse_duration(facts.terms.at_least)
    for job in _at_work(facts):
        if job.still is not None and job.still > least:
            text = (
                f"{code(job.name)} counts as running, but its last step ended {render_duration(job.still)} ago and "
                "none was begun since: its runner is lost."
            )
            return Hang(kind=RunKind.LOST, text=text)
    is_over = bool(facts.jobs) and all(job.status == "completed" for job in facts.jobs)
    stills = [job.still for job in facts.jobs if job.still is not None]
    if facts.status == _AT_WORK and is_over and stills and min(stills) > least:
        text = f"All its jobs ended {render_duration(min(stills))} ago at the latest, and it still counts as running."
        return Hang(kind=RunKind.LOST, text=text)
    return None


def _running(facts: RunFacts) -> Iterator[Hang]:
    jobs = _at_work(facts)
    for job in jobs:
        most = bound(job.usual, job.longest, facts.terms)
        if most is not None and job.ran is not None and job.ran > most:
            at = f", now at {code(job.step)}" if job.step else ""
            text = f"{code(job.name)} runs for {render_duration(job.ran)}{at}; {_usually(job.usual, most)}"
            yield Hang(kind=RunKind.RUNNING, text=text)
    most = bound(facts.usual, facts.longest, facts.terms)
    if jobs and all(job.usual is None for job in jobs) and most is not None and facts.ran > most:
        step = next((job.step for job in jobs if job.step), "")
        at = f", now at {code(step)} of {code(jobs[0].name)}" if step else ""
        text = f"It runs for {render_duration(facts.ran)}{at}; {_usually(facts.usual, most)}"
        yield Hang(kind=RunKind.RUNNING, text=text)


def _usually(usual: timedelta | None, most: timedelta) -> str:
    known = "" if usual is None else f"{render_duration(usual)} are usual, "
    return f"{known}{render_duration(most)} are the most."


def _queued(facts: RunFacts) -> Iterator[Hang]:
    most = parse_duration(facts.terms.queued)
    for job in facts.jobs:
        limit = max(most, (job.usual_wait or most) * facts.terms.times) if job.usual_wait else most
        if job.status in _IN_LINE and job.waited is not None and job.waited > limit:
            text = (
                f"{code(job.name)} waits for a runner for {render_duration(job.waited)}; "
                f"{render_duration(limit)} are the most."
            )
            yield Hang(kind=RunKind.QUEUED, text=text)
