"""Whose fault a failure of a branch's own build is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.model import (
    Cause,
    Diagnosis,
    Evidence,
    Failure,
    Judgement,
    Said,
    SuiteReport,
    SuiteResult,
    Verdict,
)
from bot.diagnosis.store import RunRecord, StoredReport, save_run
from bot.diagnosis.verdict.branches import BranchBuild, judge_build
from bot.diagnosis.verdict.judgements import save_judgement
from bot.github.models import Conclusion, Sha
from bot.storage.database import Database
from tests.support.diagnosis import FAILURE, NOON, REPOSITORY, job, workflow_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = Sha("d" * 40)
NETWORK = replace(
    FAILURE,
    cause=Cause.INFRASTRUCTURE,
    tests=(),
    fingerprint="f3",
    message="Could not resolve host crates.io",
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of its own."""
    made = Database(f"sqlite:///{tmp_path / 'p.db'}")
    made.open()
    yield made
    made.close()


def report_of(*failures: Failure, ran: int | None = None, number: int = 1) -> StoredReport:
    """This function will make the job's report."""
    told = SuiteReport(suites=(SuiteResult(name="all", passed=ran),)) if ran is not None else None
    conclusion = Conclusion.FAILURE if failures else Conclusion.SUCCESS
    return StoredReport(
        job=job(number=number, conclusion=conclusion), diagnosis=Diagnosis(failures=failures, report=told)
    )


async def ended(
    database: Database,
    run_id: int,
    *failures: Failure,
    branch: str = "main",
    attempt: int = 1,
    ran: int | None = None,
) -> None:
    """This function will store how the job ended in a run."""
    record = RunRecord(
        repository=REPOSITORY,
        run_id=run_id,
        attempt=attempt,
        workflow="CI",
        url="",
        head_sha=Sha(f"{run_id:040x}"),
        branch=branch,
        author="" if branch == "main" else f"author of {branch}",
        number=None,
        seen_at=NOON - timedelta(hours=100 - run_id),
        is_green=not failures,
    )
    report = report_of(*failures, ran=ran, number=run_id * 10 + attempt)
    reports = (report,) if failures else ()
    await save_run(database, record, reports=reports, passed=() if failures else (report,))


async def judged(database: Database, *failures: Failure, ran: int | None = None) -> tuple[Evidence, ...]:
    """This function will judge the job's failures in the newest build of main."""
    run = replace(workflow_run(), id=90, head_sha=AT, head_branch="main", event="push")
    build = BranchBuild(
        repository_id=REPOSITORY.id, branch="main", run=run, report=report_of(*failures, ran=ran)
    )
    return await database.read(lambda connection: judge_build(connection, build, now=NOON))


async def verdict(database: Database, failure: Failure = FAILURE) -> Verdict:
    """This function will judge one failure."""
    (evidence,) = await judged(database, failure)
    return evidence.verdict


async def test_what_nothing_excuses(database: Database) -> None:
    """A failure of which nothing else is known is no chance: without evidence nothing is flaky."""
    assert await verdict(database) is Verdict.UNKNOWN
    await ended(database, 80, FAILURE)  # it broke before, and nobody mended it
    assert await verdict(database) is Verdict.UNKNOWN


async def test_what_everybody_has_from_the_branch(database: Database) -> None:
    """What others see only since the branch broke does not make it flaky: they have it from there."""
    for number, branch in enumerate(("sails", "mast", "keel"), start=91):
        await ended(database, number, FAILURE, branch=branch)
    assert await verdict(database) is Verdict.UNKNOWN


async def test_what_others_saw_first(database: Database) -> None:
    """What several saw in work of their own before is likely flaky."""
    for number, branch in enumerate(("sails", "mast", "keel"), start=81):
        await ended(database, number, FAILURE, branch=branch)
    assert await verdict(database) is Verdict.FLAKY_LIKELY


async def test_what_passed_when_it_was_run_again(database: Database) -> None:
    """What failed and passed at one commit is flaky, also at another one."""
    await ended(database, 70, FAILURE)
    await ended(database, 70, attempt=2)
    assert await verdict(database) is Verdict.FLAKY_LIKELY
    await ended(database, 90, attempt=2)
    assert await verdict(database) is Verdict.FLAKY_PROVEN


async def test_what_a_person_said(database: Database) -> None:
    """A person's word goes before the bot's."""
    said = Said(fingerprint="f1", judgement=Judgement.FLAKY, login="mona", url="", at=NOON)
    await save_judgement(database, REPOSITORY, said)
    assert await verdict(database) is Verdict.FLAKY_LIKELY


async def test_a_machine_that_failed(database: Database) -> None:
    """Each failure is judged for itself, in its order; what is too general to be looked for is too."""
    general = replace(
        FAILURE, tests=(), locations=(), cause=Cause.COMPILE, fingerprint="f4", message="build failed"
    )
    found = await judged(database, NETWORK, FAILURE, general)
    assert [one.verdict for one in found] == [Verdict.INFRASTRUCTURE, Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert await judged(database) == ()


async def test_too_few_tests(database: Database) -> None:
    """Where fewer tests ran than usual, nothing is concluded from those that failed."""
    for number in (81, 82, 83):
        await ended(database, number, ran=100)
    (evidence,) = await judged(database, FAILURE, ran=10)
    assert evidence.verdict is Verdict.INCOMPLETE
