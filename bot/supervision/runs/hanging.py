"""Says in which way a workflow run hangs, held against what is usual for it; what is not known never hangs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.deployments.leases.render import render_duration
from bot.markdown import code
from bot.supervision.runs.model import RunKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.supervising import RunsConfig
    from bot.supervision.runs.model import JobFacts, RunFacts

_AT_WORK = "in_progress"
_NO_TIME = timedelta(0)
_SPARE = 1.5  # times the longest that something took lately when it passed
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

    It is half as long again as it ever took lately when it passed, so that what is slow now and then is left alone.
    """
    if usual is None:
        return None
    return max(usual * terms.times, (longest or usual) * _SPARE, parse_duration(terms.at_least))


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
    jobs = [job for job in _at_work(facts) if not _gets_on(job, facts.terms)]
    for job in jobs:
        most = bound(job.usual, job.longest, facts.terms)
        if most is not None and job.ran is not None and job.ran > most:
            at = f", now at {code(job.step)}" if job.step else ""
            text = f"{code(job.name)} runs for {render_duration(job.ran)}{at}; {_usually(job.usual, most)}"
            yield Hang(kind=RunKind.RUNNING, text=text)
    most = bound(facts.usual, facts.longest, facts.terms)
    # Where nothing is known of its jobs the run as a whole counts, unless one of them gets on.
    is_told_by_run = bool(jobs) and jobs == _at_work(facts) and all(job.usual is None for job in jobs)
    if is_told_by_run and most is not None and facts.ran > most:
        step = next((job.step for job in jobs if job.step), "")
        at = f", now at {code(step)} of {code(jobs[0].name)}" if step else ""
        text = f"It runs for {render_duration(facts.ran)}{at}; {_usually(facts.usual, most)}"
        yield Hang(kind=RunKind.RUNNING, text=text)


def _gets_on(job: JobFacts, terms: RunsConfig) -> bool:
    """Whether a step of it began not long ago: it is slow, but does not hang."""
    return job.at_step is not None and job.at_step <= parse_duration(terms.at_least)


def _usually(usual: timedelta | None, most: timedelta) -> str:
    known = "" if usual is None else f"{render_duration(usual)} are usual, "
    return f"{known}{render_duration(most)} are the most."


def _queued(facts: RunFacts) -> Iterator[Hang]:
    for job in facts.jobs:
        most = _longest_wait(job, facts)
        if job.status in _IN_LINE and job.waited is not None and job.waited > most:
            who = "a" if facts.is_overtaken else "no"
            why = "" if facts.is_overtaken else _asked(job)
            text = (
                f"{code(job.name)} waits for a runner for {render_duration(job.waited)}, and {render_duration(most)} "
                f"are the most; {who} later run of its workflow got one{why}."
            )
            yield Hang(kind=RunKind.QUEUED, text=text)


def _longest_wait(job: JobFacts, facts: RunFacts) -> timedelta:
    """A job that was overtaken was forgotten; where nobody gets a runner, it would only lose its place in the line."""
    terms = facts.terms
    most = max(parse_duration(terms.queued), (job.usual_wait or _NO_TIME) * terms.times)
    return most if facts.is_overtaken else most * terms.times


def _asked(job: JobFacts) -> str:
    labels = ", ".join(map(code, job.labels))
    return f", so runners with the labels {labels} may be offline or all at work" if labels else ""
