"""Runs of a pipeline as they are kept, for tests that measure, show and tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.pack.model import Workflow
from bot.stats.model import CacheHit, Counts, Figures, JobFigures, PipelineRun
from bot.stats.store import keep_run
from tests.support.diagnosis import NOON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

MINUTE = 60
WEB = f"https://github.com/{REPOSITORY.full_name}"
_JOBS = {
    Workflow.BUILD: {"build (debug)": 15, "build (release)": 20, "fmt": 1, "clippy": 9},
    Workflow.TESTS: {"all-tests": 44, "storage-tests": 12, "meta-tests": 14},
    Workflow.INTEGRATION: {"jepsen-tests": 28, "perf-regression": 21},
}
_TESTS = {
    Workflow.TESTS: {"unit": Counts(passed=2004, skipped=6), "property": Counts(passed=400)},
    Workflow.INTEGRATION: {"integration": Counts(passed=799, failed=1), "jepsen": Counts(passed=100)},
}
_EACH = timedelta(hours=8)


def pipeline_run(workflow: Workflow = Workflow.BUILD, *, ended_at: datetime = NOON) -> PipelineRun:
    """This function will make a green run of the default branch that tells nothing."""
    return PipelineRun(
        repository_id=REPOSITORY.id,
        run_id=500,
        attempt=1,
        workflow=workflow,
        branch="main",
        is_default=True,
        event="push",
        head_sha="c" * 40,
        conclusion="success",
        seconds=20 * MINUTE,
        url=f"{WEB}/actions/runs/500",
        ended_at=ended_at,
    )


def weeks(now: datetime, *, days: int = 21) -> tuple[PipelineRun, ...]:
    """This function will make some weeks of a pipeline, three commits a day, the newest first."""
    return tuple(sorted(_weeks(now, days), key=lambda run: (run.ended_at, run.run_id), reverse=True))


def _weeks(now: datetime, days: int) -> Iterator[PipelineRun]:
    for number in range(int(timedelta(days=days) / _EACH)):
        at = now - _EACH * number
        slower = 1 + max(0.0, 0.5 - number / 50)  # it became so in the last week
        for place, (workflow, jobs) in enumerate(_JOBS.items()):
            run_id = 9_000 - 10 * number + place
            cache = (
                CacheHit.MISS if number % 12 == 5 else CacheHit.PARTIAL if number % 12 == 8 else CacheHit.HIT
            )
            figures = tuple(
                JobFigures(
                    name=name,
                    seconds=round(minutes * MINUTE * slower)
                    + number * 37 % 90
                    + (300 if cache is CacheHit.MISS else 0),
                    cache=CacheHit.NONE if name == "fmt" else cache,
                )
                for name, minutes in jobs.items()
            )
            yield replace(
                pipeline_run(workflow, ended_at=at),
                run_id=run_id,
                url=f"{WEB}/actions/runs/{run_id}",
                head_sha=f"{number:040x}",
                conclusion="failure" if number % 9 == 4 and workflow is Workflow.TESTS else "success",
                seconds=max(job.seconds or 0 for job in figures) + 45,
                figures=Figures(jobs=figures, tests=_tests(workflow, number)),
            )
    yield replace(
        pipeline_run(Workflow.RELEASE, ended_at=now - timedelta(days=2)),
        run_id=9_100,
        branch="v1.4.0",
        is_default=False,
        seconds=38 * MINUTE,
    )


def _tests(workflow: Workflow, number: int) -> dict[str, Counts]:
    """There are fewer, the longer ago it was."""
    counts = _TESTS.get(workflow, {})
    return {
        name: replace(one, passed=one.passed - (number if name == "unit" else 0))
        for name, one in counts.items()
    }


async def save_pipeline(database: Database, now: datetime) -> None:
    """This function will keep some weeks of a pipeline, one of whose runs told what cannot be read."""
    runs = weeks(now, days=45)
    unread = replace(
        runs[0],
        run_id=9_200,
        figures=Figures(problem="<b>it is no JSON"),
        ended_at=now - timedelta(hours=1),
    )

    def save(connection: Connection) -> None:
        for run in (*runs, unread):
            keep_run(connection, run)

    await database.write(save)
