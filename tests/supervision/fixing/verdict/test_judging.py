"""What the builds of a fix say of the failure."""

from __future__ import annotations

from typing import Any

import pytest

from bot.diagnosis.model import Cause, Diagnosis, Failure
from bot.diagnosis.store import StoredReport
from bot.github.models import Conclusion, Sha
from bot.github.run_models import Job, WorkflowRun
from bot.supervision.fixing.verdict.judging import ReadRun, judge_runs, runs_of
from bot.supervision.fixing.verdict.model import BuildEnd
from tests.support.fix_facts import NOW, a_failure, a_trouble

TROUBLE = a_trouble(beside=("0123456789abcdef", "beside"))
SAME = a_failure()
OTHER = a_failure(fingerprint="other", tool="mypy", step_number=5, message="elsewhere")
URL = "https://github.com/octo/harbour/actions/runs/90"


def a_run(conclusion: Conclusion | None = Conclusion.FAILURE, **changes: Any) -> WorkflowRun:
    """This function will make a run at the fix's commit."""
    told = {
        "id": 90,
        "name": "CI",
        "path": ".github/workflows/ci.yml",
        "workflow_id": 1,
        "attempt": 1,
        "event": "push",
        "status": "in_progress" if conclusion is None else "completed",
        "conclusion": conclusion,
        "head_sha": Sha("b" * 40),
        "head_branch": "pilothouse/fix-01234567",
        "head_repository": "octo/harbour",
        "pull_requests": (),
        "html_url": URL,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return WorkflowRun(**{**told, **changes})


def red(*failures: Failure, job: str = "lint") -> StoredReport:
    """This function will make a red job."""
    made = Job(
        id=91,
        run_id=90,
        attempt=1,
        name=job,
        status="completed",
        conclusion=Conclusion.FAILURE,
        html_url=f"{URL}/job/91",
        head_sha=Sha("b" * 40),
    )
    return StoredReport(job=made, diagnosis=Diagnosis(failures=failures))


def read(*reports: StoredReport, excused: frozenset[str] = frozenset()) -> ReadRun:
    """This function will make a red run with these red jobs."""
    return ReadRun(run=a_run(), reports=reports, excused=excused)


GREEN = ReadRun(run=a_run(Conclusion.SUCCESS))
RUNNING = ReadRun(run=a_run(None))
UNREAD = ReadRun(run=a_run(), reports=None)
CANCELLED = ReadRun(run=a_run(Conclusion.CANCELLED))


@pytest.mark.parametrize(
    ("runs", "end"),
    [
        ((), BuildEnd.NONE),
        ((GREEN,), BuildEnd.GREEN),
        ((RUNNING,), BuildEnd.RUNNING),
        ((UNREAD,), BuildEnd.RUNNING),
        ((CANCELLED,), BuildEnd.RUNNING),
        ((GREEN, RUNNING), BuildEnd.RUNNING),
        ((read(red(SAME)),), BuildEnd.STILL),
        ((RUNNING, read(red(SAME))), BuildEnd.STILL),
        ((read(red(SAME, job="elsewhere")),), BuildEnd.STILL),
        ((read(red(a_failure(fingerprint="beside"))),), BuildEnd.MENDED),
        ((read(red(OTHER)),), BuildEnd.MENDED),  # a later step, which the failure hid
        ((read(red(OTHER, job="deploy")),), BuildEnd.MENDED),  # a job that did not pass before either
        ((read(red(OTHER, job="test")),), BuildEnd.WORSE),
        ((read(red(a_failure(fingerprint="other"))),), BuildEnd.WORSE),  # the tool says something else
        (
            (read(red(a_failure(fingerprint="other", tool="mypy", step_number=3))),),
            BuildEnd.WORSE,
        ),  # an earlier step
        ((read(red(OTHER, job="test"), excused=frozenset({"other"})),), BuildEnd.MENDED),
        (
            (read(red(a_failure(fingerprint="other", cause=Cause.INFRASTRUCTURE), job="test")),),
            BuildEnd.MENDED,
        ),
        ((read(red()),), BuildEnd.STILL),  # nothing could be read: that is no proof
        ((read(red(job="test")),), BuildEnd.MENDED),
    ],
)
def test_what_a_build_says(runs: Any, end: BuildEnd) -> None:
    """The failure is gone only where the builds of its workflow have ended and show it no more."""
    assert judge_runs(TROUBLE, runs, frozenset({"test"})).end is end


def test_what_decided_is_told() -> None:
    """What still fails is told with its job, each once, as text."""
    hostile = a_failure(message="</a> @everyone `x`")
    seen = judge_runs(TROUBLE, (read(red(hostile), red(hostile)),), frozenset())
    assert seen.failures == (f"[`lint`]({URL}/job/91): `` </a> @everyone `x` ``",)
    assert seen.url == URL
    mute = judge_runs(TROUBLE, (read(red()),), frozenset())
    assert mute.failures == (f"[`lint`]({URL}/job/91): nothing could be read in its log",)


def test_the_runs_that_count() -> None:
    """Of each event the newest run of the workflow that failed counts; another workflow's does not."""
    old, new = a_run(id=90), a_run(id=92)
    pull = a_run(id=91, event="pull_request")
    others = (a_run(id=93, path=".github/workflows/docs.yml"), a_run(id=94, event="workflow_dispatch"))
    again = a_run(id=92, attempt=2, path=".github/workflows/ci.yml@refs/heads/x")
    found = runs_of(TROUBLE, (again, new, *others, pull, old))
    assert found == (again, pull)
