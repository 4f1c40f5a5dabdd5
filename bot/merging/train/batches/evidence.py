"""Says what the checks of a batch's commit prove, from what was read and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.decisions.model import Standing as CheckStanding
from bot.merging.judging.conditions.evidence import PATIENCE
from bot.merging.judging.expected import JudgedCheck, worst_of
from bot.merging.train.model import FailedCheck, Finding, Standing

_SOON = timedelta(seconds=10)
_LATER = timedelta(minutes=2)  # at the latest, should every event about the commit be lost


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRun:
    """A workflow run of the commit, at its newest attempt."""

    id: int
    attempt: int
    is_completed: bool
    is_red: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The commit of a batch as it was read."""

    checks: tuple[JudgedCheck, ...]  # those that must be green
    still_since: datetime | None  # when the last of them ended
    is_busy: bool  # whether anything runs that may still report
    runs: tuple[SeenRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Since when, and until when, a commit is watched."""

    began_at: datetime
    ends_at: datetime  # what has not ended then counts as red
    quiet: timedelta
    again: tuple[SeenRun, ...] = ()  # whose failed jobs were told to run again, as they were seen then


def find(seen: Seen, watch: Watch, now: datetime) -> Finding:
    """This function will say what is proven now.

    A re-run takes a moment to begin: until it did, its older attempt proves nothing.
    """
    is_over = now >= watch.ends_at
    if _is_awaited(seen, watch) and not is_over:
        return Finding(standing=Standing.RUNNING)
    match worst_of(seen.checks):
        case CheckStanding.MET:
            is_still = now >= _quiet_until(seen, watch)
            return Finding(standing=Standing.GREEN if is_still else Standing.SETTLING)
        case CheckStanding.UNKNOWN:  # the policy says that no check is needed
            return Finding(standing=Standing.GREEN)
        case _:
            return _not_green(seen, watch, now, is_over=is_over)


def pause(finding: Finding, seen: Seen, watch: Watch, now: datetime) -> timedelta:
    """This function will say how long to wait for news before the commit is read again."""
    if finding.standing is Standing.SETTLING:
        return max(_quiet_until(seen, watch) - now, timedelta(seconds=1))
    longest = _SOON if _is_awaited(seen, watch) else _LATER
    return max(min(longest, watch.ends_at - now), timedelta(seconds=1))


def red_runs(seen: Seen) -> tuple[SeenRun, ...]:
    """This function will return the workflow runs whose failed jobs can run again."""
    return tuple(run for run in seen.runs if run.is_completed and run.is_red)


def _not_green(seen: Seen, watch: Watch, now: datetime, *, is_over: bool) -> Finding:
    red = [check for check in seen.checks if check.standing is CheckStanding.UNMET]
    waiting = [check for check in seen.checks if check.standing is CheckStanding.PENDING]
    silent = tuple(check.expected.name for check in waiting if not check.state)
    running = [check for check in waiting if check.state]
    is_patient = now < watch.began_at + PATIENCE
    if waiting and not is_over and (is_patient or running or seen.is_busy):
        return Finding(standing=Standing.RUNNING)
    failed = tuple(FailedCheck(name=check.expected.name, url=check.url) for check in (*red, *running))
    return Finding(standing=Standing.RED if failed else Standing.SILENT, failed=failed, silent=silent)


def _quiet_until(seen: Seen, watch: Watch) -> datetime:
    return (seen.still_since or watch.began_at) + watch.quiet


def _is_awaited(seen: Seen, watch: Watch) -> bool:
    newest = {run.id: run for run in seen.runs}
    return any(_is_older(newest.get(before.id), before) for before in watch.again)


def _is_older(now: SeenRun | None, before: SeenRun) -> bool:
    return now is None or now.attempt <= before.attempt or not now.is_completed
