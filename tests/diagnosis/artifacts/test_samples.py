"""Real report files, and the logs of the same runs beside them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import junitparser
import pytest

from bot.diagnosis.artifacts.combine import combine
from bot.diagnosis.artifacts.junit import read_junit
from bot.diagnosis.model import Cause
from bot.diagnosis.reader import diagnose
from tests.support.artifacts import SAMPLES, reading_of, report_of, stated

if TYPE_CHECKING:
    from bot.diagnosis.model import Failure

NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir())
LOGGED = [name for name in NAMES if (SAMPLES / name / "job.log").exists()]
# Node's runner writes tests outside of any suite, which junitparser does not look for.
JUNIT = [name for name in NAMES if report_of(name).suffix == ".xml" and name != "node"]


def log_of(name: str) -> tuple[Failure, ...]:
    return diagnose([(SAMPLES / name / "job.log").read_bytes()]).failures


@pytest.mark.parametrize("name", NAMES)
def test_the_file_says_what_is_written_down(name: str) -> None:
    expected = json.loads((SAMPLES / name / "expected.json").read_text(encoding="utf-8"))
    assert stated(reading_of(report_of(name).read_bytes())) == expected


@pytest.mark.parametrize("name", JUNIT)
def test_junitparser_says_the_same_of_every_test(name: str) -> None:
    """A second opinion, from a library that builds the whole tree."""
    parsed: Any = junitparser.JUnitXml.fromfile(str(report_of(name)))
    suites = parsed if parsed._tag == "testsuites" else [parsed]  # noqa: SLF001 - it has no other word for it
    others = Counter((case.name, _outcome(case)) for suite in suites for case in suite)
    ours = Counter(
        (case.name, "red" if case.outcome.is_red else case.outcome.value)
        for case in read_junit([report_of(name).read_bytes()])
    )
    assert ours == others


def _outcome(case: junitparser.TestCase) -> str:
    if any(isinstance(one, junitparser.Failure | junitparser.Error) for one in case.result):
        return "red"
    return "skipped" if any(isinstance(one, junitparser.Skipped) for one in case.result) else "passed"


@pytest.mark.parametrize("name", LOGGED)
def test_what_the_log_tells_too_is_told_once_and_keeps_its_fingerprint(name: str) -> None:
    log, reading = log_of(name), reading_of(report_of(name).read_bytes())
    both = combine(diagnose([(SAMPLES / name / "job.log").read_bytes()]), [reading])
    assert len(both.failures) <= len(log), "the artifact adds no failure that the log tells of"
    assert {failure.fingerprint for failure in both.failures} <= {failure.fingerprint for failure in log}
    named = [test for failure in both.failures for test in failure.tests]
    assert len(named) == len(set(named))
    assert all(failure.line and failure.excerpt for failure in both.failures)


@pytest.mark.parametrize("name", LOGGED)
def test_every_test_of_the_file_is_found_in_the_log(name: str) -> None:
    reading = reading_of(report_of(name).read_bytes())
    both = combine(diagnose([(SAMPLES / name / "job.log").read_bytes()]), [reading])
    red = [failure for failure in reading.failures if failure.cause is Cause.TEST]
    messages = {failure.message for failure in both.failures}
    assert {failure.message for failure in red} <= messages


@pytest.mark.parametrize("name", ["pytest", "pytest_collection", "vitest", "libtest", "gradle", "phpunit"])
def test_with_the_log_gone_the_fingerprint_is_still_the_same(name: str) -> None:
    reading = reading_of(report_of(name).read_bytes())
    assert {failure.fingerprint for failure in reading.failures} <= {
        failure.fingerprint for failure in log_of(name)
    }
