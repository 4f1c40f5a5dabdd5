from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.model import Cause, Evidence, Location, Verdict
from bot.diagnosis.reporting.render import (
    MOST_BYTES,
    MOST_IN_FULL,
    SUMMARY_MARKER,
    pull_number,
    rank_groups,
    render_check,
    render_summary,
)
from bot.diagnosis.reporting.sections import CAUSES, VERDICTS
from bot.github.models import Conclusion
from bot.markdown import marker
from tests.support.diagnosis import (
    EVIDENCE,
    FAILURE,
    HEAD,
    PAGE,
    PULL,
    facts,
    failure,
    job,
    report,
    workflow_run,
)

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.diagnosis.model import SummaryFacts

BROKEN_BASE = Evidence(
    verdict=Verdict.BROKEN_BASE,
    reason="the base fails the same way",
    links=("https://github.com/octo/boat/actions/runs/7",),
    also_on=("main since abc1234", "#12", "#15"),
)
UNKNOWN = Evidence(verdict=Verdict.UNKNOWN, reason="GitHub no longer has the log of this job")


def red() -> SummaryFacts:
    """A head at which four jobs failed in three ways."""
    lint = replace(failure("unused import: `std::fmt`", cause=Cause.LINT), tests=(), excerpt=(), line=0)
    return facts(
        report("test (ubuntu)", number=1, failures=(FAILURE, failure("index out of bounds"))),
        report("test (macos)", number=2),
        report("lint", number=3, failures=(lint,), evidence=BROKEN_BASE),
        report(
            "docs",
            number=4,
            failures=(),
            evidence=UNKNOWN,
            problem="GitHub no longer has the log of this job",
        ),
        cancelled=(job("deploy", number=9, conclusion=Conclusion.CANCELLED),),
        runs=(workflow_run(attempt=2), workflow_run("Nightly", conclusion=None)),
    )


def test_a_red_head(snapshot: SnapshotAssertion) -> None:
    assert render_summary(red()) == snapshot


def test_a_red_heads_check_run(snapshot: SnapshotAssertion) -> None:
    assert render_check(red()) == snapshot


def test_one_failed_job(snapshot: SnapshotAssertion) -> None:
    retried = replace(report(), retry="Run again by itself: the machine was lost")

    assert render_summary(facts(retried)) == snapshot


def test_a_workflow_that_could_not_start(snapshot: SnapshotAssertion) -> None:
    assert render_summary(facts(runs=(workflow_run(conclusion=Conclusion.STARTUP_FAILURE),))) == snapshot


@pytest.mark.parametrize(
    "conclusions",
    [
        (Conclusion.SUCCESS,),
        (Conclusion.SUCCESS, Conclusion.SKIPPED),
        (Conclusion.SUCCESS, None),
        (Conclusion.SUCCESS, Conclusion.CANCELLED),
    ],
    ids=["green", "skipped", "running", "cancelled"],
)
def test_without_a_failure_one_quiet_line(
    conclusions: tuple[Conclusion | None, ...], snapshot: SnapshotAssertion
) -> None:
    text = render_summary(facts(runs=tuple(workflow_run(conclusion=one) for one in conclusions)))

    assert text.count("\n") == 1
    assert text == snapshot


def test_a_green_heads_check_run_passes() -> None:
    check = render_check(facts(runs=(workflow_run(conclusion=Conclusion.SUCCESS),)))

    assert check.conclusion is Conclusion.SUCCESS
    assert check.title == "All green"
    assert check.annotations == ()


def test_the_summary_is_found_by_its_marker() -> None:
    assert render_summary(red()).startswith(SUMMARY_MARKER + "\n")
    assert render_summary(red()).startswith(marker("summary"))


def test_the_check_run_never_blocks_by_itself() -> None:
    """The failed jobs' own check runs are red already."""
    assert render_check(red()).conclusion is Conclusion.NEUTRAL
    assert render_check(red()).external_id == f"diagnosis-12-{HEAD}"


def test_the_same_failure_of_several_jobs_is_told_once() -> None:
    groups = rank_groups(red().failed)

    assert [len(group.reports) for group in groups] == [2, 1, 1]


def test_failures_are_ordered_by_how_much_they_need_a_person() -> None:
    verdicts = [
        Verdict.INFRASTRUCTURE,
        Verdict.BROKEN_BASE,
        Verdict.NEW,
        Verdict.FLAKY_PROVEN,
        Verdict.UNKNOWN,
    ]
    reports = [
        report(
            str(number),
            number=number,
            failures=(failure(str(number)),),
            evidence=replace(EVIDENCE, verdict=verdict),
        )
        for number, verdict in enumerate(verdicts)
    ]

    assert [group.report.evidence.verdict for group in rank_groups(reports)] == [
        Verdict.NEW,
        Verdict.UNKNOWN,
        Verdict.FLAKY_PROVEN,
        Verdict.BROKEN_BASE,
        Verdict.INFRASTRUCTURE,
    ]


def test_ten_failures_are_told_in_full_and_the_rest_as_a_table() -> None:
    text = render_summary(
        facts(*(report(f"j{n}", number=n, failures=(failure(f"m{n:02}"),)) for n in range(14)))
    )

    assert text.count("\n#### ") == MOST_IN_FULL
    assert "4 more failures" in text
    assert text.count("\n| [") == 4


def test_many_jobs_tests_places_and_failures_are_cut_with_a_count() -> None:
    many = replace(
        FAILURE,
        tests=tuple(f"test_{number}" for number in range(40)),
        locations=tuple(Location(path="a.rs", line=number) for number in range(1, 20)),
    )
    others = tuple(failure(f"other {number}") for number in range(9))
    reports = [report(f"j{number}", number=number, failures=(many, *others)) for number in range(9)]
    cancelled = tuple(job(f"c{number}", number=100 + number) for number in range(25))

    text = render_summary(
        facts(*reports, cancelled=cancelled, summing=(job("ci-build", number=200),), truncated=3)
    )

    assert "Red only because of these: `ci-build`\n" in text
    assert "40 failing tests" in text
    assert "and 25 more" in text
    assert "9 more failures in this job" in text
    assert "- and 3 more" in text
    assert "and 5 more" in text
    assert "3 more failed jobs not read" in text


@pytest.mark.parametrize("jobs", [30, 400])
def test_the_summary_fits_whatever_failed(jobs: int) -> None:
    reports = []
    for number in range(jobs):
        huge = replace(
            failure(f"{number} " + "ü`|<@" * 60), excerpt=("``` " + "é" * 290,) * 30, tests=("t" * 200,) * 20
        )
        evidence = EVIDENCE if number == jobs - 1 else BROKEN_BASE
        reports.append(report(f"job {number}", number=number, failures=(huge,), evidence=evidence))

    text, check = render_summary(facts(*reports)), render_check(facts(*reports))

    assert len(text.encode()) <= MOST_BYTES
    assert len(check.text.encode()) <= MOST_BYTES
    assert f"job {jobs - 1}`" in text.split("\n####")[1]


def test_a_summary_that_cannot_fit_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.diagnosis.reporting.render.MOST_BYTES", 500)

    text = render_summary(red())

    assert len(text.encode()) <= 500
    assert text.endswith("…")


def test_links_lead_to_the_commit_the_step_and_the_line() -> None:
    text = render_summary(facts(report()))

    assert f"{PAGE}/blob/{HEAD}/src/hull.rs#L73" in text
    assert f"{PAGE}/actions/runs/100/job/1001#step:4:90" in text
    assert f"{PAGE}/commit/{HEAD}" in text


def test_without_a_failed_step_the_link_leads_to_the_job() -> None:
    one = report()
    plain = replace(one, job=replace(one.job, steps=()))

    assert "#step" not in render_summary(facts(plain))


@pytest.mark.parametrize(
    "path", ["/usr/include/stdio.h", "../x.rs", "a/../../x.rs", "~/.cargo/x.rs", "C:\\x.cpp"]
)
def test_a_place_outside_the_repository_is_neither_linked_nor_annotated(path: str) -> None:
    outside = replace(FAILURE, locations=(Location(path=path, line=3),))

    assert "/blob/" not in render_summary(facts(report(failures=(outside,))))
    assert render_check(facts(report(failures=(outside,)))).annotations == ()


def test_the_pages_host_is_read_off_the_facts() -> None:
    enterprise = "https://github.boats.example/octo/boat"
    pull = replace(PULL, html_url=f"{enterprise}/pull/12")

    assert f"{enterprise}/blob/" in render_summary(facts(report(), pull=pull))
    nameless = replace(PULL, html_url="")
    run = replace(workflow_run(), html_url="")
    assert f"{PAGE}/blob/" in render_summary(facts(report(), pull=nameless, runs=(run,)))


def test_every_cause_and_verdict_has_a_word() -> None:
    assert set(CAUSES) == set(Cause)
    assert set(VERDICTS) == set(Verdict)


def test_the_same_facts_say_the_same() -> None:
    """An identical body makes no API call, so nothing may depend on the order of a set."""
    assert render_summary(red()) == render_summary(red())


def test_a_check_run_of_a_workflow_that_could_not_start_says_so() -> None:
    check = render_check(facts(runs=(workflow_run(conclusion=Conclusion.STARTUP_FAILURE),)))

    assert check.title == "A workflow could not start"
    assert "refused" in check.text


def test_a_red_run_without_a_red_job_is_said() -> None:
    assert "failed, though none of its jobs did" in render_summary(facts())


@pytest.mark.parametrize(
    ("external_id", "number"),
    [
        (render_check(facts(report())).external_id, 12),
        ("diagnosis-x-abc", None),
        ("other-12-abc", None),
        ("", None),
    ],
)
def test_the_pull_request_is_read_off_the_check_run(external_id: str, number: int | None) -> None:
    assert pull_number(external_id) == number
