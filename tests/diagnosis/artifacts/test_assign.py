"""Which job uploaded an artifact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.diagnosis.artifacts.assign import apply, uploader
from bot.diagnosis.artifacts.model import ArtifactReading, JobRemarks, Readings
from bot.diagnosis.model import Cause, Diagnosis, Failure, SuiteReport, SuiteResult
from bot.diagnosis.store import StoredReport
from bot.github.models import Annotation, Conclusion, Sha
from bot.github.run_models import Job, Step

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAILED = Failure(tool="pytest", cause=Cause.TEST, message="no", excerpt=("no",), line=0, tests=("t::a",))
COUNTS = SuiteReport(suites=(SuiteResult(name="s", passed=3),), source="junit")


def report(  # noqa: PLR0913 - a test sets one or two
    number: int,
    name: str,
    *,
    red: bool = True,
    minutes: tuple[int, int] = (0, 10),
    tests: tuple[str, ...] = (),
    steps: tuple[Step, ...] = (),
) -> StoredReport:
    began, ended = (NOON + minute * MINUTE for minute in minutes)
    job = Job(
        id=number,
        run_id=1,
        attempt=1,
        name=name,
        status="completed",
        conclusion=Conclusion.FAILURE if red else Conclusion.SUCCESS,
        html_url="",
        head_sha=Sha("a" * 40),
        started_at=began,
        completed_at=ended,
        steps=steps,
    )
    told = Failure(
        tool="x", cause=Cause.TEST, message="m", excerpt=("m",), line=1, tests=tests, fingerprint="f"
    )
    return StoredReport(job=job, diagnosis=Diagnosis(failures=(told,) if tests else ()))


def reading(name: str = "junit", *, at: int = 5, red: bool = True) -> ArtifactReading:
    failures = (FAILED,) if red else ()
    return ArtifactReading(id=9, name=name, created_at=NOON + at * MINUTE, failures=failures, report=COUNTS)


def owner(found: ArtifactReading, *reports: StoredReport) -> str | None:
    told = uploader(found, reports)
    return None if told is None else told.job.name


def test_a_red_test_is_the_only_red_jobs() -> None:
    assert owner(reading(), report(1, "lint", red=False), report(2, "test")) == "test"
    assert owner(reading(), report(1, "lint", red=False)) is None


def test_nobody_uploads_before_or_after_the_job_ran() -> None:
    early, late = report(1, "early", minutes=(0, 2)), report(2, "late", minutes=(4, 6))
    assert owner(reading(at=5), early, late) == "late"
    assert owner(reading(at=60), early, late) is None, "the time of neither"


def upload(minute: int | None, name: str = "Run actions/upload-artifact@v6") -> tuple[Step, ...]:
    at = None if minute is None else NOON + minute * MINUTE
    done = Conclusion.SUCCESS
    return (
        Step(
            number=1, name="Run make", status="completed", conclusion=done, started_at=NOON, completed_at=NOON
        ),
        Step(number=2, name=name, status="completed", conclusion=done, started_at=at, completed_at=at),
    )


def test_the_uploading_step_tells_jobs_apart_that_run_side_by_side() -> None:
    jobs = [report(1, "one", steps=upload(4)), report(2, "two", steps=upload(5)), report(3, "three")]
    assert owner(reading(at=5), *jobs) == "two"
    assert owner(reading(at=7), *jobs) is None
    unclear = [report(1, "one", steps=upload(None)), report(2, "two", steps=upload(5, "Run make"))]
    assert owner(reading(at=5), *unclear) is None
    timeless = ArtifactReading(id=1, name="x", failures=(FAILED,))
    assert owner(timeless, *jobs) is None


@pytest.mark.parametrize(
    ("artifact", "expected"),
    [
        ("junit-ubuntu-3.11", "test (ubuntu-latest, 3.11)"),
        ("junit-windows-3.11", "test (windows-latest, 3.11)"),
        ("junit-ubuntu-3.12", "test (ubuntu-latest, 3.12)"),
        ("test results", None),
        ("junit-ubuntu", None),
        ("macos", None),
    ],
)
def test_the_name_may_hold_the_words_of_the_matrix(artifact: str, expected: str | None) -> None:
    jobs = [
        report(1, "test (ubuntu-latest, 3.11)"),
        report(2, "test (windows-latest, 3.11)"),
        report(3, "test (ubuntu-latest, 3.12)"),
    ]
    assert owner(reading(artifact), *jobs) == expected


def test_the_log_may_name_the_same_tests() -> None:
    jobs = [report(1, "one", tests=("other",)), report(2, "two", tests=("x::t::a",)), report(3, "three")]
    assert owner(reading(), *jobs) == "two"
    assert owner(reading(), jobs[1], report(4, "four", tests=("t::a",))) is None, "both name it"


def test_a_green_file_may_be_any_jobs() -> None:
    assert owner(reading(red=False), report(1, "a", red=False), report(2, "b")) is None
    assert owner(reading("b", red=False), report(1, "a", red=False), report(2, "b", red=False)) == "b"


def test_every_job_gets_what_is_its_own() -> None:
    red, green = report(1, "test"), report(2, "lint", red=False)
    said = Annotation(path="a.c", start_line=1, end_line=1, level="failure", message="said")
    told = apply(
        [red, green],
        Readings(artifacts=(reading(),), remarks=(JobRemarks(job_id=1, annotations=(said,)),)),
    )
    assert [one.message for one in told[0].diagnosis.failures] == ["no", "said"]
    assert told[0].diagnosis.tests_ran == 3
    assert told[1] is green


def test_a_file_of_nobody_is_said_where_nothing_else_is() -> None:
    jobs = [
        report(1, "a"),
        report(2, "b", tests=("x",)),
        report(3, "c", tests=("y",)),
        report(4, "d", red=False),
    ]
    told = apply(jobs, Readings(artifacts=(reading(), reading("trx"))))
    assert told[0].diagnosis.problem == "which job uploaded junit, trx cannot be told"
    assert list(told[1:]) == jobs[1:]
    green = Readings(artifacts=(reading(red=False),))
    assert list(apply(jobs, green)) == jobs, "counts of nobody are no news"
    assert apply([], Readings(artifacts=(reading(),))) == ()
