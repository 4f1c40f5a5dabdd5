"""Meters the minutes of GitHub Actions by the jobs of each workflow run of the day."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.costs.look import CostSource
from bot.costs.minutes.choosing import attempts_of
from bot.costs.minutes.counting import SOURCE as _NAME
from bot.costs.minutes.counting import lines_of, unpriced
from bot.costs.model import Gap, GapKind, SourceReading, Sureness
from bot.github.actions import list_jobs
from bot.github.errors import Forbidden, GitHubError, NotFound
from bot.github.pulls import pulls_of_branch
from bot.github.run_history import attempt_began, is_public, running_runs, runs_since
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.costs.look import Look
    from bot.costs.minutes.counting import Attempt
    from bot.costs.model import MeterLine

_BEFORE = timedelta(days=1)  # a run may go on over midnight, or be run again
_MOST_READ = 400  # attempts at one look
_AT_A_TIME = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    attempts: tuple[Attempt, ...]
    is_public: bool
    is_whole: bool


async def _read(look: Look) -> SourceReading:
    if not look.config.actions:
        return SourceReading(source=_NAME, data_until=look.now, sureness=Sureness.LISTED)
    try:
        found = await _find(look)
        lines = await _lines(look, found)
    except GitHubError as error:
        return SourceReading(source=_NAME, data_until=None, sureness=Sureness.LISTED, gaps=(_gap_of(error),))
    gaps = [*unpriced(lines)]
    left = len(found.attempts) - _MOST_READ
    if left > 0 or not found.is_whole:
        gaps.append(_gap_left(left))
    return SourceReading(
        source=_NAME,
        data_until=look.now,
        sureness=Sureness.LISTED,
        lines=tuple(lines),
        gaps=tuple(gaps),
    )


async def _find(look: Look) -> _Found:
    midnight = datetime.combine(look.day, time(), UTC)
    created = await runs_since(look.github, midnight - _BEFORE)
    every = (*created.runs, *await running_runs(look.github))
    runs = {run.id: run for run in every if run.created_at <= look.now}  # a day is closed after it is over
    branch = look.repository.default_branch
    attempts = attempts_of(runs.values(), look.known, day=look.day, default_branch=branch)
    public = await is_public(look.github) if attempts else False
    return _Found(attempts=attempts, is_public=public, is_whole=created.is_whole)


async def _lines(look: Look, found: _Found) -> list[MeterLine]:
    free = asyncio.Semaphore(_AT_A_TIME)

    async def of(attempt: Attempt) -> tuple[MeterLine, ...]:
        async with free:
            return await _of_attempt(look, attempt, is_free=found.is_public)

    every = await asyncio.gather(*(of(attempt) for attempt in found.attempts[:_MOST_READ]))
    return [line for lines in every for line in lines]


async def _of_attempt(look: Look, attempt: Attempt, *, is_free: bool) -> tuple[MeterLine, ...]:
    try:
        if attempt.started_at is None and attempt.number > 1:
            began = await attempt_began(look.github, attempt.run.id, attempt.number)
            attempt = replace(attempt, started_at=began)
        jobs = await list_jobs(look.github, attempt.run.id, attempt.number)
    except NotFound:  # deleted since it was listed
        return ()
    if attempt.pull is None:
        attempt = replace(attempt, pull=await _pull_of_fork(look, attempt))
    return lines_of(attempt, jobs, day=look.day, now=look.now, is_public=is_free)


async def _pull_of_fork(look: Look, attempt: Attempt) -> int | None:
    """GitHub names no pull request to a run of a fork's, so its branch is looked for."""
    run = attempt.run
    if run.head_repository in {None, look.repository.full_name} or not run.head_branch:
        return None
    owner = str(run.head_repository).partition("/")[0]
    pulls = await pulls_of_branch(look.github, f"{owner}:{run.head_branch}")
    return pulls[0].number if pulls else None


def _gap_of(error: GitHubError) -> Gap:
    kind = GapKind.PERMISSION if isinstance(error, Forbidden) else GapKind.UNAVAILABLE
    return Gap(source=_NAME, kind=kind, text=f"Workflow runs could not be read: {escape(str(error)[:400])}")


def _gap_left(left: int) -> Gap:
    what = f"{left:,} workflow runs" if left > 0 else "The oldest workflow runs of the day"
    text = f"{what} are not read yet, since one look reads {code(str(_MOST_READ))} at most; the next looks go on."
    return Gap(source=_NAME, kind=GapKind.NO_DATA, text=text)


SOURCE = CostSource(
    name=_NAME,
    summary=(
        "Minutes of each workflow run's jobs, those that still run too, rounded up by job as GitHub bills them: "
        "fresh, at list prices, before minutes that are included in a plan; free on the standard runners of a public "
        "repository. By pull request, merge queues and forks too."
    ),
    read=_read,
)
