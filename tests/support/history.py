"""Fills a database with the runs of a repository over some weeks, as the diagnosis stores them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.model import (
    CacheUse,
    Cause,
    Diagnosis,
    Failure,
    Location,
    SlowTest,
    SuiteReport,
    SuiteResult,
)
from bot.diagnosis.store import RunRecord, StoredReport, save_run
from bot.github.models import Conclusion, Sha
from bot.github.run_models import Job
from tests.support.diagnosis import FAILURE, HEAD, PAGE, REPOSITORY

if TYPE_CHECKING:
    from bot.storage.database import Database

SLOW = (
    SlowTest(name="hull::tests::floats_for_a_year", seconds=4.05),
    SlowTest(name="sails::tests::luff", seconds=0.8),
    SlowTest(name="rudder::tests::every_angle_of_the_tiller_in_a_following_sea", seconds=0.21),
)
SUITES = SuiteReport(
    suites=(
        SuiteResult(name="unittests src/lib.rs", passed=1204, skipped=12, seconds=41.72),
        SuiteResult(name="tests/hull.rs", passed=20, seconds=0.031),
    ),
    slowest=SLOW,
)
SLUGGISH = SuiteReport(
    suites=(
        SuiteResult(name="unittests src/lib.rs", passed=1204, skipped=12, seconds=68.9),
        SuiteResult(name="tests/hull.rs", passed=17, failed=3, seconds=0.031),
    ),
    slowest=(replace(SLOW[0], seconds=31.2), *SLOW[1:]),
)
FLAKY = Failure(
    tool="nextest",
    cause=Cause.TEST,
    message="called `Result::unwrap()` on an `Err` value: Timeout(5s)",
    excerpt=("thread 'anchor::holds' panicked at src/anchor.rs:12:9:", "called `Result::unwrap()` …"),
    line=40,
    tests=("anchor::holds",),
    locations=(Location(path="src/anchor.rs", line=12),),
    step="Run cargo nextest run",
    fingerprint="0a1b2c3d4e5f",
)
BROKEN = replace(
    FAILURE,
    fingerprint="f1e2d3c4b5a6",
    tests=("hull::tests::floats", "hull::tests::sinks_<b>slowly</b>"),
    locations=(Location(path="src/hull.rs", line=73, column=5), Location(path="/usr/lib/x.rs", line=1)),
)


def a_job(
    name: str, number: int, at: datetime, *, seconds: float = 228, conclusion: Conclusion = Conclusion.SUCCESS
) -> Job:
    """This function will make a job that waited eight seconds for its runner."""
    labels = {"lint": ("ubuntu-latest",), "test (macos)": ("macos-15",), "bench": ("big-box",)}
    return Job(
        id=number,
        run_id=number // 10,
        attempt=1,
        name=name,
        status="completed",
        conclusion=conclusion,
        html_url=f"{PAGE}/actions/runs/{number // 10}/job/{number}",
        head_sha=HEAD,
        created_at=at - timedelta(seconds=8),
        started_at=at,
        completed_at=at + timedelta(seconds=seconds),
        labels=labels.get(name, ("ubuntu-24.04",)),
    )


def record(run_id: int, at: datetime, *, branch: str = "main", sha: str = "") -> RunRecord:
    """This function will make the record of a run of the workflow CI; what is no push is of pull request 12."""
    return RunRecord(
        repository=REPOSITORY,
        run_id=run_id,
        attempt=1,
        workflow="CI",
        url=f"{PAGE}/actions/runs/{run_id}",
        head_sha=Sha(sha or f"{run_id:040x}"),
        branch=branch,
        author="" if branch == "main" else "mona",
        number=None if branch == "main" else 12,
        seen_at=at,
        is_green=True,
    )


async def save_green(database: Database, run_id: int, at: datetime, *, sha: str = "") -> None:
    """This function will store a green run of the default branch: three jobs, of which one tells of tests."""
    told = Diagnosis(report=SUITES, caches=CacheUse(hits=3, misses=1))
    longer = 200 + run_id % 7 * 12
    jobs = (
        StoredReport(job=a_job("test (ubuntu)", run_id * 10, at, seconds=longer), diagnosis=told),
        StoredReport(job=a_job("lint", run_id * 10 + 1, at, seconds=31), diagnosis=Diagnosis()),
        StoredReport(
            job=a_job("test (macos)", run_id * 10 + 2, at, seconds=longer * 1.4), diagnosis=Diagnosis()
        ),
    )
    await save_run(database, record(run_id, at, sha=sha), reports=(), passed=jobs)


async def save_red(database: Database, run: RunRecord, *, failure: Failure = BROKEN) -> None:
    """This function will store a red run: one job failed, one was cancelled, one passed."""
    run_id, at = run.run_id, run.seen_at
    told = Diagnosis(failures=(failure,), report=SLUGGISH, caches=CacheUse(misses=2), step=failure.step)
    red = a_job("test (ubuntu)", run_id * 10, at, seconds=301, conclusion=Conclusion.FAILURE)
    stopped = a_job("bench", run_id * 10 + 3, at, seconds=20, conclusion=Conclusion.CANCELLED)
    passed = StoredReport(job=a_job("lint", run_id * 10 + 1, at, seconds=29), diagnosis=Diagnosis())
    reports = (
        StoredReport(job=red, diagnosis=told),
        StoredReport(job=stopped, diagnosis=Diagnosis()),
    )
    await save_run(database, run, reports=reports, passed=(passed,))


async def save_weeks(database: Database, now: datetime) -> None:
    """This function will store four weeks: green runs, a test that is flaky, and a pull request that broke another."""
    for day in range(28):
        await save_green(database, 100 + day, now - timedelta(days=28 - day))
    await save_red(database, record(200, now - timedelta(days=9), branch="keel", sha="c" * 40), failure=FLAKY)
    await save_green(database, 201, now - timedelta(days=9), sha="c" * 40)
    await save_red(database, record(202, now - timedelta(days=3), branch="mast"), failure=FLAKY)
    await save_red(database, record(300, now - timedelta(minutes=4), branch="sails"))
