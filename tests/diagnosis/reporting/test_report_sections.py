from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from bot.budget.store import PullSpend
from bot.diagnosis.model import (
    CacheUse,
    Recovered,
    ReportFacts,
    RunMeasures,
    SlowedTest,
    SlowTest,
    SuiteReport,
    SuiteResult,
)
from bot.diagnosis.reporting.render import MOST_BYTES, render_check, render_summary
from bot.diagnosis.reporting.report_sections import report_sections
from bot.github.models import Conclusion
from tests.support.diagnosis import EVIDENCE, FAILURE, PAGE, facts, failure, report, workflow_run
from tests.support.report import MEASURES, REPORT, SUITES, TESTS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

GREEN = (workflow_run(conclusion=Conclusion.SUCCESS),)
RECOVERED = Recovered(
    name="CI / test (macos)",
    failed_url=f"{PAGE}/actions/runs/100/job/1",
    passed_url=f"{PAGE}/actions/runs/100/job/2",
    retried=True,
)


def test_a_red_head_with_its_tests_and_measures(snapshot: SnapshotAssertion) -> None:
    evidence = replace(EVIDENCE, also_on=tuple(f"#{number}" for number in range(20, 30)))
    red = facts(report(evidence=evidence), report=REPORT, recovered=(RECOVERED,))

    assert render_summary(red) == snapshot


def test_the_check_run_has_the_tests_too() -> None:
    text = render_check(facts(report(), report=REPORT)).text

    assert "Tests: 1,221 passed, 3 failed, 12 skipped in 1 job · 1 newly slow" in text


def test_a_green_head_keeps_its_one_quiet_line(snapshot: SnapshotAssertion) -> None:
    text = render_summary(
        facts(runs=GREEN, report=REPORT, recovered=(RECOVERED, replace(RECOVERED, retried=False)))
    )

    assert text.count("\n") == 1
    assert text == snapshot


@pytest.mark.parametrize(
    ("spend", "said"),
    [
        (PullSpend(ci=Decimal("1.2"), deployments=Decimal(0)), ": $1.20 (CI $1.20)."),
        (
            PullSpend(ci=Decimal("1.2"), deployments=Decimal("0.64"), unpriced=("9/1",)),
            ": $1.84 (CI $1.20, deployments $0.64); of 1 thing no price is known.",
        ),
        (
            PullSpend(ci=Decimal(0), deployments=Decimal(0), unpriced=("a", "b")),
            ": $0.00; of 2 things no price is known.",
        ),
    ],
)
def test_what_the_pull_request_cost_is_said_red_or_green(spend: PullSpend, said: str) -> None:
    """By what it was spent on; what has no price is beside the sum, never in it as nothing."""
    line = f"Spent on this pull request so far{said}"
    red, green = (
        facts(report(), report=ReportFacts(spend=spend)),
        facts(runs=GREEN, report=ReportFacts(spend=spend)),
    )
    assert line in render_summary(red)
    assert render_summary(green).endswith(line)
    assert render_summary(green).count("\n") == 1


def test_a_pull_request_that_cost_nothing_is_not_said_to_have_cost_something() -> None:
    """As in a public repository, or where nothing is metered."""
    free = PullSpend(ci=Decimal(0), deployments=Decimal(0))
    for spend in (free, None):
        assert "Spent" not in render_summary(facts(report(), report=ReportFacts(spend=spend)))


def test_without_a_word_of_tests_nothing_is_said() -> None:
    assert report_sections(ReportFacts(), in_full=True) == ""
    assert report_sections(ReportFacts(tests=(replace(TESTS, report=SuiteReport()),)), in_full=True) == ""


def test_what_is_not_known_is_a_dash() -> None:
    bare = RunMeasures(workflow="CI", url=PAGE)

    text = report_sections(ReportFacts(measures=(bare,)), in_full=True)

    assert f"| [`CI`]({PAGE}) | — | — | — | 0 | — |" in text
    idle = replace(bare, caches=CacheUse())
    assert f"| [`CI`]({PAGE}) | — | — | — | 0 | — |" in report_sections(
        ReportFacts(measures=(idle,)), in_full=True
    )


def test_all_of_the_usual_tests_need_no_note() -> None:
    whole = replace(TESTS, usual=SUITES.ran, slowed=(), report=replace(SUITES, slowest=()))

    text = report_sections(ReportFacts(tests=(whole,)), in_full=True)

    assert "usual" not in text
    assert "slow" not in text.lower()


def test_tests_that_passed_when_tried_again_are_named() -> None:
    names = tuple(f"test_{number}" for number in range(13))
    flaky = replace(REPORT, tests=(replace(TESTS, report=replace(SUITES, retried=names)),))

    text = report_sections(flaky, in_full=True)

    assert "**Passed only when tried again**:\n\n- `test_0`, in `CI / test" in text
    assert "- and 3 more" in text
    assert "tried again" not in report_sections(REPORT, in_full=True)


def test_the_sections_are_bounded() -> None:
    many = SuiteReport(
        suites=tuple(SuiteResult(name=f"suite {n}", passed=n) for n in range(90)),
        slowest=tuple(SlowTest(name=f"slow {n}", seconds=n) for n in range(50)),
    )
    slowed = tuple(SlowedTest(name=f"slowed {n}", seconds=9 + n, usual=1) for n in range(20))
    tests = tuple(replace(TESTS, job=f"job {n}", report=many, slowed=slowed) for n in range(40))
    measures = tuple(replace(MEASURES, workflow=f"flow {n}") for n in range(40))

    text = report_sections(ReportFacts(tests=tests, measures=measures), in_full=True)

    assert len(text.encode()) < 12_000
    assert "and 3,575 more suites" in text


@pytest.mark.parametrize("jobs", [3, 30, 400])
def test_the_tests_give_way_before_a_failure_does(jobs: int) -> None:
    """However much there is, the comment fits, and what failed is told with all its lines first."""
    reports = [
        report(f"job {n}", number=n, failures=(replace(failure(f"m{n:03}"), excerpt=("é" * 295,) * 30),))
        for n in range(jobs)
    ]
    slow = tuple(SlowTest(name="t" * 200, seconds=n) for n in range(50))
    tests = tuple(replace(TESTS, job=f"j{n}", report=replace(SUITES, slowest=slow)) for n in range(40))

    text = render_summary(facts(*reports, report=replace(REPORT, tests=tests)))

    assert len(text.encode()) <= MOST_BYTES
    assert "[Metrics]" in text
    if jobs > 3:
        assert "<summary>Tests" not in text
        assert "Tests: 48,840 passed" in text


def test_many_jobs_that_recovered_are_counted() -> None:
    text = render_summary(facts(runs=GREEN, recovered=(RECOVERED,) * 8))

    assert "and 3 more." in text


def test_names_from_a_log_stay_text() -> None:
    hostile = "x`|</details>@mona <img src=x>\n# y"
    bad = SuiteReport(
        suites=(SuiteResult(name=hostile, failed=1),), slowest=(SlowTest(name=hostile, seconds=3),)
    )
    tests = replace(TESTS, job=hostile, report=bad, slowed=(SlowedTest(name=hostile, seconds=9, usual=1),))

    text = report_sections(
        ReportFacts(tests=(tests,), measures=(replace(MEASURES, workflow=hostile),)), in_full=True
    )

    assert "\n# y" not in text
    told = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)
    outside = re.sub(r"(?s)<code[^>]*>.*?</code>", "", told)
    assert "mona" not in outside
    assert "img" not in outside
    assert outside.count("</details>") == 2


def test_every_failure_has_its_id() -> None:
    text = render_summary(facts(report(failures=(FAILURE, failure("other", fingerprint="0123456789abcdef")))))

    assert "· ID `f1`" in text
    assert "· ID `01234567`" in text
    assert "`/why failure ID`" in text
    nameless = replace(FAILURE, fingerprint="")
    assert "· ID" not in render_summary(facts(report(failures=(nameless,))))


def test_a_job_of_no_time_tells_no_minutes() -> None:
    one = report()
    quick = replace(one, job=replace(one.job, completed_at=one.job.started_at))

    assert " min" not in render_summary(facts(quick))


def test_a_test_of_some_milliseconds_is_not_called_slow() -> None:
    quick = replace(TESTS, slowed=(), report=replace(SUITES, slowest=(SlowTest(name="t", seconds=0.013),)))

    assert "Slowest" not in report_sections(ReportFacts(tests=(quick,)), in_full=True)
