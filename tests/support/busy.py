"""A repository in which hundreds of workflow runs end a day: its tables are long where others' are short."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.storage.tables import failures, job_results

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

DAYS = 60
_FIRST_ID = 10**9  # of a run, and of a job
_JOBS = 10  # of a run
_FAILING, _FINGERPRINTS = 20, 400


async def save_busy(database: Database, repository_id: int, now: datetime, *, jobs: int) -> None:
    """This function will store so many jobs of the last days; every twentieth failed, half of these in a test."""

    def save(connection: Connection) -> None:
        times = (now - timedelta(days=DAYS) * (1 - number / jobs) for number in range(jobs))
        rows = [_row(repository_id, number, at) for number, at in enumerate(times)]
        connection.execute(job_results.insert(), [{**row, **_end(row["job_id"])} for row in rows])
        red = [row for row in rows if _has_failed(row["job_id"])]
        connection.execute(failures.insert(), [{**row, **_failure(row["job_id"])} for row in red])

    await database.write(save)


def _row(repository_id: int, number: int, at: datetime) -> Mapping[str, Any]:
    run = number // _JOBS
    return {
        "repository_id": repository_id,
        "job_id": _FIRST_ID + number,
        "run_id": _FIRST_ID + run,
        "attempt": 1,
        "workflow": "CI",
        "job": f"test {number % _JOBS}",
        "url": f"https://github.com/octo/boat/actions/runs/{_FIRST_ID + run}/job/{_FIRST_ID + number}",
        "head_sha": f"{run:040x}",
        "branch": f"topic-{run % 300}" if run % 5 else "main",
        "seen_at": at,
    }


def _has_failed(job_id: int) -> bool:
    return job_id % (_FAILING + 1) == 0  # each job of a run in its turn


def _end(job_id: int) -> Mapping[str, Any]:
    failed = _has_failed(job_id)
    measured = {
        "seconds": 61.5,
        "queued_seconds": 4.0,
        "labels": "ubuntu-latest",
        "caches_hit": 1,
        "caches_missed": 0,
    }
    return {"passed": not failed, "conclusion": "failure" if failed else "success", "report": "", **measured}


def _failure(job_id: int) -> Mapping[str, Any]:
    kind = job_id // (_FAILING + 1) % _FINGERPRINTS
    return {
        "position": 0,
        "author": "wren",
        "number": 1 + kind % 50,
        "fingerprint": f"{kind:064x}",
        "tool": "cargo",
        "cause": "test" if kind % 2 else "build",
        "message": "the hull leaks",
        "tests": f'["hull::leak_{kind}"]' if kind % 2 else "[]",
    }
