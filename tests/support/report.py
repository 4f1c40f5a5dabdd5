"""Makes what is known of a head's tests and workflow runs, for tests."""

from __future__ import annotations

from decimal import Decimal

from bot.diagnosis.model import (
    CacheUse,
    JobTests,
    ReportFacts,
    RunMeasures,
    SlowedTest,
    SlowTest,
    SuiteReport,
    SuiteResult,
)
from bot.diagnosis.prices import Cost
from tests.support.diagnosis import PAGE

RUN = f"{PAGE}/actions/runs/100"
BOT = "https://bot.example.org/ci/42"
SUITES = SuiteReport(
    suites=(
        SuiteResult(name="unittests src/lib.rs", passed=1204, skipped=12, seconds=41.72),
        SuiteResult(name="tests/hull.rs", passed=17, failed=3, seconds=0.031),
    ),
    slowest=(
        SlowTest(name="hull::tests::floats_for_a_year", seconds=31.2),
        SlowTest(name="sails::tests::luff", seconds=0.8),
    ),
)
TESTS = JobTests(
    workflow="CI",
    job="test (ubuntu)",
    url=f"{RUN}/job/1001",
    report=SUITES,
    usual=2000,
    slowed=(SlowedTest(name="hull::tests::floats_for_a_year", seconds=31.2, usual=4.05),),
)
MEASURES = RunMeasures(
    workflow="CI",
    url=RUN,
    seconds=250,
    usual_seconds=228,
    queued=12,
    usual_queued=8.4,
    caches=CacheUse(hits=3, misses=1),
    cost=Cost(listed_minutes=14, unpriced_minutes=2, dollars=Decimal("0.084")),
    page=f"{BOT}/tests/abc/100/1",
)
REPORT = ReportFacts(
    tests=(TESTS,),
    measures=(MEASURES,),
    pages=(("Tests", MEASURES.page), ("Metrics", f"{BOT}/metrics/def"), ("History", f"{BOT}/history/ghi")),
)
