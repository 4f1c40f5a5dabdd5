"""Which workflow runs and jobs a `/rerun` starts again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.model import Reason, Refused
from bot.commands.reruns import RerunFacts, decide_rerun, newest_runs
from bot.github.models import Conclusion
from bot.github.run_models import Job, WorkflowRun
from tests.support.commands import HEAD, WEB, workflow_run

GREEN = workflow_run(1)
RED = workflow_run(2, conclusion=Conclusion.FAILURE)
CANCELLED = workflow_run(3, conclusion=Conclusion.CANCELLED)
RUNNING = workflow_run(4, status="in_progress")


def job(name: str, run: WorkflowRun) -> Job:
    """This function will make a job of the run."""
    return Job(
        id=run.id * 100 + len(name),
        run_id=run.id,
        attempt=1,
        name=name,
        status=run.status,
        conclusion=run.conclusion,
        html_url=f"{WEB}/job/1",
        head_sha=HEAD,
    )


@pytest.mark.parametrize(
    ("what", "runs", "expected"),
    [
        ("failed", (GREEN, RED, CANCELLED, RUNNING), [2, 3]),
        ("FAILED", (RED,), [2]),
        ("all", (GREEN, RED, RUNNING), [1, 2]),
        ("failed", (GREEN,), Reason.NOTHING_TO_RERUN),
        ("failed", (GREEN, RUNNING), Reason.STILL_RUNNING),
        ("all", (RUNNING,), Reason.STILL_RUNNING),
        ("all", (), Reason.NOTHING_TO_RERUN),
        ("test", (), Reason.NOTHING_TO_RERUN),
    ],
)
def test_runs(what: str, runs: tuple[WorkflowRun, ...], expected: list[int] | Reason) -> None:
    decision = decide_rerun(what, RerunFacts(runs=runs))
    found = (
        decision.reason if isinstance(decision, Refused) else [rerun.workflow_run.id for rerun in decision]
    )
    assert found == expected


def test_only_the_failed_jobs_of_a_failed_run() -> None:
    decision = decide_rerun("failed", RerunFacts(runs=(RED,)))
    assert not isinstance(decision, Refused)
    assert decision[0].only_failed


def test_a_job_by_name_in_every_run_that_has_it() -> None:
    jobs = (job("test", GREEN), job("test", RED), job("lint", RED), job("test", RUNNING))
    decision = decide_rerun("Test", RerunFacts(runs=(GREEN, RED, RUNNING), jobs=jobs))
    assert not isinstance(decision, Refused)
    assert [(rerun.workflow_run.id, rerun.job and rerun.job.name) for rerun in decision] == [
        (1, "test"),
        (2, "test"),
    ]


def test_a_job_that_is_still_running() -> None:
    decision = decide_rerun("test", RerunFacts(runs=(RUNNING,), jobs=(job("test", RUNNING),)))
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.STILL_RUNNING


@pytest.mark.parametrize(("name", "hint"), [("tset (3.12)", "`/rerun test (3.12)`"), ("zzz", "")])
def test_an_unknown_job_is_answered_with_those_alike(name: str, hint: str) -> None:
    jobs = (job("test (3.12)", RED), job("lint", RED))
    decision = decide_rerun(name, RerunFacts(runs=(RED,), jobs=jobs))
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.UNKNOWN_JOB
    assert hint in decision.text
    assert ("Did you mean" in decision.text) is bool(hint)


def test_the_newest_run_of_each_workflow_and_event_counts() -> None:
    older, newer = workflow_run(10), workflow_run(11)
    on_pull_request = replace(workflow_run(9), event="pull_request")
    assert [run.id for run in newest_runs((newer, older, on_pull_request))] == [9, 11]


def test_a_deployment_is_never_started_again_as_if_it_were_a_check() -> None:
    deployed = replace(RED, event="workflow_dispatch")
    assert newest_runs((deployed,)) == ()
