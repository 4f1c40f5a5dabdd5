"""Whether workflows run, by their state and their newest run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.doctor.judging.running import judge_alarm, judge_workflows
from bot.doctor.model import Grade
from bot.github.models import Conclusion, Sha, Workflow
from bot.github.run_models import WorkflowRun

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUN = WorkflowRun(
    id=5,
    name="Alarm",
    path=".github/workflows/pilothouse-alarm.yml",
    workflow_id=1,
    attempt=1,
    event="schedule",
    status="completed",
    conclusion=Conclusion.SUCCESS,
    head_sha=Sha("a" * 40),
    head_branch="main",
    head_repository="acme/breakwater",
    pull_requests=(),
    html_url="",
    created_at=NOW - timedelta(minutes=20),
    updated_at=NOW,
)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("disabled_inactivity", "60 days"),
        ("disabled_fork", "fork"),
        ("disabled_manually", "somebody disabled it"),
        ("disabled_by_comet", "it is disabled_by_comet"),
    ],
)
def test_a_workflow_that_is_disabled_is_told_with_why_and_how_it_is_enabled(state: str, words: str) -> None:
    known = [Workflow(id=1, name="Nightly", path=".github/workflows/tests-all.yml", state=state)]

    (finding,) = judge_workflows("acme/breakwater", {"tests-all.yml": "the pipeline"}, known)

    assert finding.grade is Grade.BAD
    assert words in finding.text
    assert finding.remedy == "Enable it: gh workflow enable tests-all.yml --repo acme/breakwater"


def test_a_workflow_that_is_not_there_is_told_with_what_needs_it() -> None:
    known = [Workflow(id=1, name="CI", path=".github/workflows/ci.yml", state="active")]
    wanted = {"deploy.yml": "environment production", "ci.yml": "the pipeline"}

    good, missing = judge_workflows("acme/breakwater", wanted, known)

    (unread,) = judge_workflows("a/b", {"deploy.yml": "x"}, known, files={".github/workflows/deploy.yml"})
    assert (good.grade, missing.grade) == (Grade.GOOD, Grade.BAD)
    assert "though its file is there" in unread.text
    assert "environment production needs it" in missing.text


@pytest.mark.parametrize(
    ("run", "grade"),
    [
        (None, Grade.NOTICE),
        (RUN, Grade.GOOD),
        (replace(RUN, status="in_progress", conclusion=None), Grade.GOOD),
        (replace(RUN, conclusion=Conclusion.FAILURE), Grade.BAD),
        (replace(RUN, created_at=NOW - timedelta(hours=4)), Grade.BAD),
    ],
)
def test_the_alarm_listens_where_it_ran_lately_and_was_green(run: WorkflowRun | None, grade: Grade) -> None:
    assert judge_alarm("acme/breakwater", "pilothouse-alarm.yml", run, NOW).grade is grade
