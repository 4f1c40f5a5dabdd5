"""What the stored failures and results say of a failure, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.model import Cause, Diagnosis, Failure, Judgement, Said, SuiteReport, SuiteResult
from bot.diagnosis.store import RunRecord, StoredReport, save_run
from bot.diagnosis.verdict import history, trends
from bot.diagnosis.verdict.judgements import failures_on, save_judgement, words
from bot.diagnosis.verdict.recovering import recovered_jobs
from bot.github.models import Conclusion, Sha
from bot.storage.database import Database
from bot.storage.tables import job_results
from tests.support.diagnosis import FAILURE, HEAD, NOON, REPOSITORY, job, workflow_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.diagnosis.verdict.facts import JobResult, Occurrence

pytest_plugins = ["tests.support.postgres"]
SCOPE = history.Scope(
    repository_id=REPOSITORY.id,
    workflow="CI",
    job="test",
    base="main",
    branch="sails",
    since=NOON - timedelta(days=30),
)
TYPES = replace(
    FAILURE, tests=(), cause=Cause.COMPILE, fingerprint="f2", message="no field `mast` on type `Boat`"
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'p.db'}" if is_sqlite else str(request.getfixturevalue("postgres_url"))
    made = Database(url)
    made.open()
    yield made
    made.close()


async def ended(  # noqa: PLR0913 - an ended job has these parts
    database: Database,
    run_id: int,
    *failures: Failure,
    branch: str = "main",
    attempt: int = 1,
    name: str = "test",
    ran: int | None = None,
    also_green: bool = False,
) -> None:
    """An attempt of the workflow ended, its job with these failures or green; perhaps beside a green namesake."""
    record = RunRecord(
        repository=REPOSITORY,
        run_id=run_id,
        attempt=attempt,
        workflow="CI",
        url=f"https://x.example/run/{run_id}",
        head_sha=HEAD if branch == "sails" else Sha(f"{run_id:040x}"),
        branch=branch,
        author="" if branch == "main" else f"author of {branch}",
        number=None if branch == "main" else run_id,
        seen_at=NOON - timedelta(hours=100 - run_id),
        is_green=not failures,
    )
    conclusion = Conclusion.FAILURE if failures else Conclusion.SUCCESS
    ended_job = replace(
        job(name, number=run_id * 10 + attempt, conclusion=conclusion),
        html_url=f"https://x.example/{run_id}/{attempt}",
    )
    told = SuiteReport(suites=(SuiteResult(name="all", passed=ran),)) if ran is not None else None
    report = StoredReport(job=ended_job, diagnosis=Diagnosis(failures=failures, report=told))
    green = replace(report, job=replace(ended_job, id=ended_job.id + 10_000))
    passed = (green,) if also_green or not failures else ()
    await save_run(database, record, reports=(report,) if failures else (), passed=passed)


async def seen(database: Database, failure: Failure = FAILURE) -> history.Seen:
    found = await database.read(lambda connection: history.seen(connection, SCOPE, [failure], but=(99, 1)))
    return found[failure.fingerprint]


def runs(found: tuple[Occurrence, ...]) -> list[int]:
    return [one.run_id for one in found]


async def test_occurrences_are_told_by_where_they_were(database: Database) -> None:
    await ended(database, 80, FAILURE)
    await ended(database, 90, FAILURE)
    await ended(database, 85, FAILURE, branch="mast")
    await ended(database, 86, FAILURE, branch="sails")
    await ended(database, 99, FAILURE, branch="sails")
    await ended(database, 87, replace(FAILURE, fingerprint="other"), branch="mast")
    found = await seen(database)
    assert runs(found.on_base) == [90, 80]
    assert runs(found.elsewhere) == [85]
    assert found.elsewhere[0].label == "#85"
    assert found.on_base[0].label == f"main at {90:040x}"[:15]
    assert runs(found.earlier) == [86], "the run at hand is no other one"


async def test_a_pull_request_from_the_base_branch_itself_has_no_earlier_ones(database: Database) -> None:
    await ended(database, 90, FAILURE)
    scope = replace(SCOPE, branch="main")
    by_name = await database.read(lambda connection: history.seen(connection, scope, [FAILURE], but=(99, 1)))
    found = by_name[FAILURE.fingerprint]
    assert runs(found.on_base) == [90]
    assert found.earlier == ()


async def test_without_a_test_it_must_be_the_same_place_in_full(database: Database) -> None:
    elsewhere = replace(TYPES, locations=(replace(FAILURE.locations[0], path="src/mast.rs"),))
    await ended(database, 80, TYPES)
    await ended(database, 81, elsewhere)
    assert runs((await seen(database, TYPES)).on_base) == [80]
    assert runs((await seen(database, elsewhere)).on_base) == [81]
    forget = job_results.update().values(report="")
    await database.write(lambda connection: connection.execute(forget))
    assert (await seen(database, TYPES)).on_base == ()


async def test_a_pass_in_another_attempt_of_the_run_is_known(database: Database) -> None:
    await ended(database, 80, FAILURE, branch="mast")
    await ended(database, 80, branch="mast", attempt=2)
    await ended(database, 81, FAILURE, branch="mast")
    await ended(database, 82, branch="mast")
    found = {one.run_id: one.passed_again for one in (await seen(database)).elsewhere}
    assert found == {80: "https://x.example/80/2", 81: ""}


async def test_results_of_the_base_are_newest_first_with_what_failed(database: Database) -> None:
    await ended(database, 80)
    await ended(database, 95, branch="sails")
    await ended(database, 90, FAILURE, TYPES, FAILURE)
    await ended(database, 85, FAILURE, name="old")
    await ended(database, 86, name="old")

    def read(connection: Connection) -> tuple[tuple[JobResult, ...], tuple[Occurrence, ...]]:
        told = history.failures_on_base(connection, SCOPE)
        found = history.results(connection, SCOPE, jobs={("CI", "old")}, told=told)
        return found, history.failed_differently(replace(FAILURE, fingerprint="f3"), told)

    results, differently = await database.read(read)
    assert [(one.run_id, one.passed, one.causes) for one in results] == [
        (90, False, (Cause.TEST, Cause.COMPILE)),
        (86, True, ()),
        (80, True, ()),
    ]
    assert runs(differently) == [90, 90]
    assert await database.read(lambda connection: history.newest_runs(connection, SCOPE, ["CI"])) == (
        ("CI", 90),
    )


async def test_passes_count_within_the_run_only(database: Database) -> None:
    await ended(database, 99, attempt=1, branch="sails")
    await ended(database, 99, FAILURE, attempt=2, branch="sails")
    await ended(database, 98, branch="sails")
    found = await database.read(lambda connection: history.passes(connection, SCOPE, run_id=99, but=2))
    assert found == ("https://x.example/99/1",)


async def test_of_jobs_that_share_a_name_all_must_have_passed(database: Database) -> None:
    """GitHub carries the green one over into the next attempt, where the red one may be red again."""
    for attempt in (1, 2):
        await ended(database, 99, FAILURE, attempt=attempt, branch="sails", also_green=True)
    await ended(database, 80, FAILURE, branch="mast", also_green=True)
    await ended(database, 80, FAILURE, branch="mast", attempt=2, also_green=True)
    found = await database.read(lambda connection: history.passes(connection, SCOPE, run_id=99, but=2))
    assert found == ()
    assert [one.passed_again for one in (await seen(database)).elsewhere] == ["", ""]


async def test_what_failed_and_passed_in_the_newest_attempt_has_recovered(database: Database) -> None:
    await ended(database, 99, FAILURE, branch="sails")
    await ended(database, 99, branch="sails", attempt=2)
    await ended(database, 98, FAILURE, branch="sails", also_green=True)
    await ended(database, 98, FAILURE, branch="sails", attempt=2, also_green=True)
    await ended(database, 97, replace(FAILURE, cause=Cause.CANCELLED), branch="sails", attempt=2)
    found = workflow_run(attempt=2)
    (job_again,) = await recovered_jobs(
        database, REPOSITORY, tuple(replace(found, id=number) for number in (97, 98, 99))
    )
    assert (job_again.failed_url, job_again.passed_url) == (
        "https://x.example/99/1",
        "https://x.example/99/2",
    )
    assert (job_again.name, job_again.message) == ("CI / test", FAILURE.message)
    assert not job_again.retried
    assert await recovered_jobs(database, REPOSITORY, (workflow_run(),)) == ()


async def test_the_usual_tests_are_told_by_the_base_where_it_can(database: Database) -> None:
    async def usual(source: str = "log") -> tuple[int | None, str]:
        report = SuiteReport(source=source)
        return await database.read(
            lambda connection: trends.usual_tests(connection, SCOPE, but=99, report=report)
        )

    await ended(database, 80, ran=100)
    await ended(database, 81, ran=102)
    assert await usual() == (None, "")
    await ended(database, 82, FAILURE, ran=4, branch="mast")
    await ended(database, 99, FAILURE, ran=4, branch="sails")
    assert await usual() == (100, "https://x.example/80/1")
    await ended(database, 83, ran=104)
    assert await usual() == (102, "https://x.example/81/1")
    assert await usual("junit.xml") == (None, ""), "a file may count what the log does not"


async def test_the_last_word_counts_however_it_arrives(database: Database) -> None:
    def word(judgement: Judgement, minutes: int) -> Said:
        at = NOON + timedelta(minutes=minutes)
        return Said(fingerprint="f1", judgement=judgement, login="eve", url="https://x.example/c", at=at)

    async def stored() -> dict[str, Said]:
        return await database.read(lambda connection: words(connection, REPOSITORY.id, {"f1", "f2"}))

    assert await stored() == {}
    for judgement, minutes in ((Judgement.FLAKY, 1), (Judgement.REAL, 3), (Judgement.INFRA, 2)):
        await save_judgement(database, REPOSITORY, word(judgement, minutes))
    assert await stored() == {"f1": word(Judgement.REAL, 3)}


async def test_the_failures_of_a_pull_request_begin_with_those_of_its_head(database: Database) -> None:
    await ended(database, 99, FAILURE, TYPES, branch="sails")
    await ended(database, 70, replace(FAILURE, fingerprint="f0"), branch="mast")
    known = await failures_on(database, REPOSITORY, number=70, head_sha=HEAD)
    assert [(one.failure.fingerprint, one.job, one.failure.excerpt) for one in known] == [
        ("f1", "test", ()),
        ("f2", "test", ()),
        ("f0", "test", ()),
    ]


async def test_how_often_a_failure_and_its_test_were_seen(database: Database) -> None:
    await ended(database, 80, FAILURE)
    await ended(database, 81, TYPES)
    await ended(database, 82, replace(FAILURE, fingerprint="f9", tests=("another",)))
    await ended(database, 83)
    await ended(database, 84, FAILURE, branch="mast")

    def read(connection: Connection) -> tuple[trends.Trend | None, tuple[trends.TestRate, ...]]:
        found = trends.trend(connection, REPOSITORY.id, "f1")
        tests = FAILURE.tests
        return found, trends.rates(connection, REPOSITORY.id, workflow="CI", job="test", tests=tests)

    trend, (rate,) = await database.read(read)
    assert trend is not None
    assert (trend.times, trend.pulls, trend.authors) == (2, (84,), ("author of mast",))
    assert (trend.first.branch, trend.last.branch) == ("main", "mast")
    assert (rate.failed, rate.ran) == (2, 4), "where it did not compile, no test ran"
    assert await database.read(lambda connection: trends.trend(connection, REPOSITORY.id, "none")) is None
