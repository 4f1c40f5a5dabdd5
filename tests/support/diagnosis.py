"""Makes the facts of summaries for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.diagnosis.model import (
    Cause,
    Diagnosis,
    Evidence,
    Failure,
    JobReport,
    Location,
    SummaryFacts,
    Verdict,
)
from bot.github.models import Actor, Conclusion, InstallationId, PullRequest, RepositoryRef, Sha
from bot.github.run_models import Job, Step, WorkflowRun

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = Sha("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d")
BASE = Sha("9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c")
PAGE = "https://github.com/octo/boat"
REPOSITORY = RepositoryRef(installation_id=InstallationId(7), id=42, full_name="octo/boat")
PULL = PullRequest(
    number=12,
    title="Trim the sails",
    state="open",
    draft=False,
    merged=False,
    author=Actor(id=1, login="mona"),
    head_sha=HEAD,
    head_ref="sails",
    head_repository="octo/boat",
    base_sha=BASE,
    base_ref="main",
    base_repository="octo/boat",
    html_url=f"{PAGE}/pull/12",
)
FAILURE = Failure(
    tool="cargo test",
    cause=Cause.TEST,
    message="assertion `left == right` failed",
    excerpt=(
        "---- hull::tests::floats stdout ----",
        "thread 'hull::tests::floats' (21165) panicked at src/hull.rs:73:5:",
        "assertion `left == right` failed",
        '  left: "sinks"',
        ' right: "floats"',
    ),
    line=217,
    tests=("hull::tests::floats",),
    locations=(Location(path="src/hull.rs", line=73, column=5),),
    step="Run cargo test",
    step_line=90,
    fingerprint="f1",
)
EVIDENCE = Evidence(verdict=Verdict.NEW, reason="the base does not fail this way")


def workflow_run(
    name: str = "CI", *, conclusion: Conclusion | None = Conclusion.FAILURE, attempt: int = 1
) -> WorkflowRun:
    """This function will make a workflow run of the head, completed where it has a conclusion."""
    return WorkflowRun(
        id=100,
        name=name,
        path=f".github/workflows/{name.lower()}.yml",
        workflow_id=9,
        attempt=attempt,
        event="pull_request",
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion,
        head_sha=HEAD,
        head_branch="sails",
        head_repository="octo/boat",
        pull_requests=(12,),
        html_url=f"{PAGE}/actions/runs/100",
        created_at=NOON,
        updated_at=NOON,
    )


def job(name: str = "test", *, number: int = 1, conclusion: Conclusion = Conclusion.FAILURE) -> Job:
    """This function will make a job of 150 seconds whose second step failed."""
    return Job(
        id=1000 + number,
        run_id=100,
        attempt=1,
        name=name,
        status="completed",
        conclusion=conclusion,
        html_url=f"{PAGE}/actions/runs/100/job/{1000 + number}",
        head_sha=HEAD,
        steps=(
            Step(number=1, name="Set up job", status="completed", conclusion=Conclusion.SUCCESS),
            Step(number=4, name="Run cargo test", status="completed", conclusion=conclusion),
        ),
        started_at=NOON,
        completed_at=NOON + timedelta(seconds=150),
    )


def report(
    name: str = "test",
    *,
    number: int = 1,
    failures: tuple[Failure, ...] = (FAILURE,),
    evidence: Evidence = EVIDENCE,
    problem: str = "",
) -> JobReport:
    """This function will make the report of one failed job."""
    diagnosis = Diagnosis(failures=failures, step="Run cargo test", lines_read=400, problem=problem)
    return JobReport(job=job(name, number=number), workflow="CI", diagnosis=diagnosis, evidence=evidence)


def failure(message: str, *, fingerprint: str = "", cause: Cause = Cause.TEST) -> Failure:
    """This function will make a failure with another message, and so another fingerprint."""
    return replace(FAILURE, message=message, cause=cause, fingerprint=fingerprint or message)


def facts(*reports: JobReport, **changes: object) -> SummaryFacts:
    """This function will make the facts of one red workflow run."""
    made = SummaryFacts(repository=REPOSITORY, pull=PULL, runs=(workflow_run(),), failed=reports)
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields it changes
