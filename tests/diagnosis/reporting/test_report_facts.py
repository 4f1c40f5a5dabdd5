from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.model import CacheUse, Diagnosis, SlowedTest, SuiteReport, SuiteResult
from bot.diagnosis.reporting.metrics_store import (
    all_said,
    earlier_reports,
    failures_since,
    newest_address,
    newest_runs,
    outcomes_of,
    samples_since,
)
from bot.diagnosis.reporting.report_facts import report_facts
from bot.diagnosis.store import StoredReport, save_run
from bot.diagnosis.verdict.history import Scope
from bot.github.models import Conclusion
from bot.page_links import PageLinks
from bot.storage.database import Database
from tests.support.diagnosis import NOON, REPOSITORY, workflow_run
from tests.support.history import SLUGGISH, SUITES, a_job, record, save_green, save_red, save_weeks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = replace(workflow_run(), id=300)
LINKS = PageLinks(root="https://bot.example.org", key=b"k")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    opened.open()
    yield opened
    opened.close()


async def test_a_red_run_beside_what_is_usual(database: Database) -> None:
    await save_weeks(database, NOON)

    facts = await report_facts(database, REPOSITORY, (RUN,), now=NOON, links=LINKS)

    (tests,) = facts.tests
    assert (tests.workflow, tests.job, tests.report, tests.usual) == ("CI", "test (ubuntu)", SLUGGISH, 1224)
    assert tests.slowed == (SlowedTest(name="hull::tests::floats_for_a_year", seconds=31.2, usual=4.05),)
    (measures,) = facts.measures
    assert (measures.seconds, measures.queued, measures.caches) == (301, 8, CacheUse(misses=2))
    assert measures.usual_queued == 8
    assert measures.usual_seconds is not None
    assert 280 < measures.usual_seconds < 381
    assert (measures.cost.listed_minutes, measures.cost.unpriced_minutes) == (7, 1)
    assert [name for name, _ in facts.pages] == ["Tests", "Metrics", "History"]
    assert facts.pages[0][1] == measures.page
    assert measures.page.endswith("/300/1?base=main")


async def test_a_first_run_has_nothing_usual(database: Database) -> None:
    await save_red(database, record(300, NOON, branch="sails"))

    facts = await report_facts(database, REPOSITORY, (RUN,), now=NOON)

    (tests,), (measures,) = facts.tests, facts.measures
    assert (tests.usual, tests.slowed) == (None, ())
    assert (measures.usual_seconds, measures.usual_queued, measures.page) == (None, None, "")
    assert facts.pages == ()


async def test_a_run_that_is_not_stored_is_left_out(database: Database) -> None:
    facts = await report_facts(database, REPOSITORY, (RUN,), now=NOON, links=LINKS)

    assert (facts.tests, facts.measures) == ((), ())
    assert [name for name, _ in facts.pages] == ["Tests", "Metrics", "History"]


async def test_several_runs_have_their_tests_beside_them(database: Database) -> None:
    await save_red(database, record(300, NOON, branch="sails"))
    await save_red(database, record(301, NOON, branch="sails"))

    runs = (RUN, replace(RUN, id=301), replace(RUN, id=302))
    facts = await report_facts(database, REPOSITORY, runs, now=NOON, links=LINKS)

    assert [one.page.rpartition("/tests/")[2].partition("/")[2] for one in facts.measures] == [
        "300/1?base=main",
        "301/1?base=main",
    ]
    assert [name for name, _ in facts.pages] == ["Tests", "Metrics", "History"]
    assert facts.pages[0][1] == facts.measures[0].page.replace("/300/1", "")


async def test_what_passed_is_on_the_pages_only(database: Database) -> None:
    """A comment that told of it would be edited at every end of a workflow run."""
    await save_green(database, 300, NOON)

    facts = await report_facts(
        database,
        REPOSITORY,
        (replace(RUN, conclusion=Conclusion.SUCCESS), replace(RUN, conclusion=None)),
        now=NOON,
    )

    assert (facts.tests, facts.measures) == ((), ())


async def test_only_the_asked_attempt_is_told_of(database: Database) -> None:
    await save_red(database, record(300, NOON, branch="sails"))

    assert await outcomes_of(database, REPOSITORY.id, [(300, 2)]) == ()
    assert await outcomes_of(database, REPOSITORY.id + 1, [(300, 1)]) == ()
    outcomes = await outcomes_of(database, REPOSITORY.id, [(300, 1)])
    assert [(one.sample.job, one.sample.passed, one.sample.cancelled) for one in outcomes] == [
        ("bench", False, True),
        ("lint", True, False),
        ("test (ubuntu)", False, False),
    ]
    assert [len(one.diagnosis.failures) for one in outcomes] == [0, 0, 1]


async def test_what_is_stored_is_asked_by_time_workflow_and_branch(database: Database) -> None:
    await save_weeks(database, NOON)

    week = NOON - timedelta(days=7)
    assert {one.workflow for one in await samples_since(database, REPOSITORY.id, since=week)} == {"CI"}
    assert await samples_since(database, REPOSITORY.id, since=week, workflow="other") == ()
    assert len(await samples_since(database, REPOSITORY.id, since=week, most=5)) == 5
    assert [one.number for one in await failures_since(database, REPOSITORY.id, since=week)] == [12, 12]
    scope = Scope(
        repository_id=REPOSITORY.id,
        workflow="CI",
        job="test (ubuntu)",
        base="main",
        branch="sails",
        since=week,
    )
    assert set(await earlier_reports(database, scope, but=300)) == {SUITES}
    assert await all_said(database, REPOSITORY.id) == {}
    runs = await newest_runs(database, REPOSITORY.id)
    assert len(runs) == 12
    newest = await database.read(lambda connection: newest_address(connection, REPOSITORY.id))
    assert newest.partition("/job/")[0] == max(runs, key=lambda one: one.run_id).url.partition("/job/")[0]
    assert await database.read(lambda connection: newest_address(connection, 1)) == ""


async def test_a_log_that_claims_numbers_without_end_is_stored_all_the_same(database: Database) -> None:
    claimed = SuiteReport(suites=(SuiteResult(name="x", passed=10**29, seconds=math.inf),))
    told = StoredReport(
        job=a_job("test", 1, NOON, conclusion=Conclusion.FAILURE), diagnosis=Diagnosis(report=claimed)
    )

    await save_run(database, record(300, NOON, branch="sails"), reports=(told,), passed=())

    (outcome,) = await outcomes_of(database, REPOSITORY.id, [(300, 1)])
    assert (outcome.report, outcome.tests_ran) == (None, None)
