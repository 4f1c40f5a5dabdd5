"""Which artifacts are worth a download, and of which attempt they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.diagnosis.artifacts.choose import MOST, MOST_BYTES, MOST_OF_ONE, MOST_UNNAMED, choose, is_within
from bot.github.models import Conclusion, Sha
from bot.github.run_models import Artifact, Job, WorkflowRun

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def artifact(
    name: str, *, number: int = 1, size: int = 1_000, at: datetime | None = NOON + MINUTE
) -> Artifact:
    return Artifact(id=number, name=name, size=size, expired=False, created_at=at)


def job(*, began: datetime | None = NOON, ended: datetime | None = NOON + 5 * MINUTE) -> Job:
    return Job(
        id=1,
        run_id=1,
        attempt=1,
        name="test",
        status="completed",
        conclusion=Conclusion.FAILURE,
        html_url="",
        head_sha=Sha("a" * 40),
        started_at=began,
        completed_at=ended,
    )


RUN = WorkflowRun(
    id=1,
    name="CI",
    path="ci.yml",
    workflow_id=1,
    attempt=2,
    event="push",
    status="completed",
    conclusion=Conclusion.FAILURE,
    head_sha=Sha("a" * 40),
    head_branch="main",
    head_repository=None,
    pull_requests=(),
    html_url="",
    created_at=NOON - timedelta(hours=1),
    updated_at=NOON + 6 * MINUTE,
    started_at=NOON - MINUTE,
)


@pytest.mark.parametrize(
    "name",
    [
        "junit",
        "junit-results",
        "test-results-ubuntu-3.11",
        "TestResults",
        "test_reports",
        "pytest.xml",
        "surefire-reports",
        "sarif-file",
        "e2e (chromium)",
        "unit tests",
        "report",
        "results-1",
        "nextest-ci",
        "docs-test-results",
    ],
)
def test_a_name_that_promises_a_report_is_read_however_large(name: str) -> None:
    assert choose([artifact(name, size=MOST_OF_ONE)], RUN, [job()])


@pytest.mark.parametrize(
    "name",
    [
        "dist",
        "wheels-linux",
        "coverage",
        "lcov",
        "docs",
        "app.apk",
        "binary-x86",
        "dockerbuild",
        "screenshots",
    ],
)
def test_a_name_that_promises_something_else_is_not_read(name: str) -> None:
    assert choose([artifact(name)], RUN, [job()]) == ()


def test_a_name_that_says_nothing_is_read_while_it_is_small() -> None:
    assert choose([artifact("output", size=MOST_UNNAMED)], RUN, [job()])
    assert choose([artifact("output", size=MOST_UNNAMED + 1)], RUN, [job()]) == ()


def test_what_is_empty_expired_or_too_large_is_not_read() -> None:
    unread = [
        artifact("junit", size=0),
        artifact("junit", size=MOST_OF_ONE + 1),
        replace(artifact("junit"), expired=True),
    ]
    assert choose(unread, RUN, [job()]) == ()


def test_the_most_promising_and_smallest_go_first_within_the_budget() -> None:
    found = [artifact("x", number=number) for number in range(20)]
    found += [artifact("junit-screenshots", number=30), artifact("junit", number=31, size=9_000)]
    chosen = choose(found, RUN, [job()])
    assert [one.id for one in chosen] == [31, 30, *range(MOST - 2)]
    large = [artifact("junit", number=number, size=MOST_OF_ONE) for number in range(5)]
    assert sum(one.size for one in choose(large, RUN, [job()])) <= MOST_BYTES
    assert len(choose(large, RUN, [job()])) == 2


def test_artifacts_of_other_attempts_are_left_out() -> None:
    """GitHub lists those of all attempts together."""
    assert choose([artifact("junit", at=NOON - 30 * MINUTE)], RUN, [job()]) == (), "of the attempt before"
    assert choose([artifact("junit", at=NOON + 30 * MINUTE)], RUN, [job()]) == (), "of the attempt after"
    assert choose([artifact("junit", at=None)], RUN, [job()]), "it cannot be told"
    assert choose([artifact("junit", at=NOON - MINUTE)], RUN, [job()])
    assert choose([artifact("junit", at=NOON + 30 * MINUTE)], RUN, [job(ended=None)])
    carried_over = job(began=NOON - 40 * MINUTE, ended=NOON - 20 * MINUTE)
    assert choose([artifact("junit", at=NOON - 30 * MINUTE)], RUN, [carried_over, job()])
    unstarted = replace(RUN, started_at=None)
    assert choose([artifact("junit", at=NOON - 30 * MINUTE)], unstarted, [job(began=None, ended=None)])


def test_a_job_uploads_while_it_runs() -> None:
    assert is_within(NOON + MINUTE, job())
    assert is_within(NOON + MINUTE, job(ended=None))
    assert not is_within(NOON + 10 * MINUTE, job())
    assert not is_within(NOON - 10 * MINUTE, job())
    assert not is_within(None, job())
    assert not is_within(NOON, job(began=None))
