"""Which workflow runs are never cancelled, and what is told of their jobs: the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.github.models import Conclusion, Sha
from bot.github.run_models import Job, Step, WorkflowRun
from bot.supervision.runs.model import Protection
from bot.supervision.runs.protecting import Policy, file_of, protections_of
from bot.supervision.runs.seeing import (
    JobUsual,
    Usual,
    age_of,
    is_overtaken,
    is_superseded,
    job_facts,
    usual_of,
    usual_of_runs,
)
from tests.support.commands import workflow_run

M = timedelta(minutes=1)
NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
RUN = replace(workflow_run(status="in_progress"), started_at=NOW - 60 * M, created_at=NOW - 70 * M)
JOB = Job(
    id=1,
    run_id=41,
    attempt=1,
    name="test",
    status="in_progress",
    conclusion=None,
    html_url="https://github.com/octo/harbour/actions/runs/41/job/1",
    head_sha=Sha("a" * 40),
    created_at=NOW - 60 * M,
    started_at=NOW - 50 * M,
)
POLICY = Policy(
    never=frozenset({"nightly.yml"}),
    deploys=frozenset({"ship.yml"}),
    releases=frozenset({"cut.yml"}),
    cluster=frozenset({"nodes.yml"}),
    train="pilothouse/train/",
    login="pilothouse[bot]",
)
P = Protection


def run(file: str = "ci.yml", **changes: object) -> WorkflowRun:
    """This function will make a run of a workflow file."""
    path = f".github/workflows/{file}"
    return replace(RUN, **{"path": path, **changes})  # type: ignore[arg-type]  # the fields' own names


PROTECTED = [
    (run(), ()),
    (run("nightly.yml"), (P.NAMED,)),
    (run("nightly.yml@refs/heads/main"), (P.NAMED,)),
    (run("ship.yml"), (P.DEPLOYS,)),
    (run("cut.yml"), (P.RELEASES,)),
    (run("nodes.yml"), (P.CLUSTER,)),
    (run(event="deployment"), (P.DEPLOYS,)),
    (run(event="release"), (P.RELEASES,)),
    (run(event="merge_group"), (P.QUEUE,)),
    (run(head_branch="pilothouse/train/main-1"), (P.QUEUE,)),
    (run(head_branch=None), ()),
    (run(event="workflow_dispatch", actor="pilothouse[bot]"), (P.OURS,)),
    (run(event="push", actor="pilothouse[bot]"), ()),
    (run(event="workflow_dispatch", actor="ada"), ()),
    (run(path="dynamic/pages/pages-build-deployment"), (P.GITHUB,)),
    (run("terraform-apply.yml"), (P.SOUNDS,)),
    (run("cd.yml", name="Deploy to prod"), (P.SOUNDS,)),
    (run("release-drafter.yml"), (P.SOUNDS,)),
    (run("teardown.yml"), (P.SOUNDS,)),
    (run("tear-down.yml"), (P.SOUNDS,)),
    (run("product-tests.yml", name="Product tests"), ()),
]


@pytest.mark.parametrize(("given", "found"), PROTECTED)
def test_what_is_never_cancelled(given: WorkflowRun, found: tuple[Protection, ...]) -> None:
    """What deploys, releases, tears down, decides about merges or is not ours to touch is left alone."""
    assert protections_of(given, (JOB,), POLICY, has_deployment=False) == found


@pytest.mark.parametrize(
    ("name", "status", "has_deployment", "found"),
    [
        ("test (release)", "in_progress", False, ()),
        ("deploy-staging", "in_progress", False, (P.SOUNDS,)),
        ("publish / crates", "completed", False, (P.SOUNDS,)),
        ("test", "waiting", False, (P.WAITS,)),
        ("test", "pending", False, (P.WAITS,)),
        ("test", "in_progress", True, (P.DEPLOYS,)),
    ],
)
def test_what_its_jobs_do_counts(
    name: str,
    status: str,
    has_deployment: bool,  # noqa: FBT001 - a table's column
    found: tuple[Protection, ...],
) -> None:
    """A job that deploys, or waits for somebody, protects its whole run; one named after a profile does not."""
    jobs = (replace(JOB, name=name, status=status),)
    assert protections_of(run(), jobs, POLICY, has_deployment=has_deployment) == found


def test_without_a_train_no_branch_is_its_own() -> None:
    """A repository that runs no train has no branches of one."""
    assert protections_of(run(head_branch="x"), (), Policy(), has_deployment=False) == ()
    assert file_of(run("a.yml@refs/heads/b/c")) == "a.yml"


def test_what_is_usual_needs_three_times() -> None:
    """Fewer than three times tell nothing; of more the newest twenty count."""
    assert usual_of([60, 60]) == Usual()
    assert usual_of([60, 120, 600]) == Usual(time=2 * M, longest=10 * M)
    assert usual_of([60.0] * 20 + [6000.0]).longest == M


def test_the_usual_time_of_a_run_is_of_those_that_passed_at_once() -> None:
    """Red runs, runs begun again and runs whose beginning nobody knows say nothing of what is usual."""
    passed = replace(
        RUN, status="completed", conclusion=Conclusion.SUCCESS, started_at=NOW, updated_at=NOW + 10 * M
    )
    others = (
        replace(passed, conclusion=Conclusion.FAILURE),
        replace(passed, attempt=2),
        replace(passed, started_at=None),
    )
    assert usual_of_runs([passed] * 3).time == 10 * M
    assert usual_of_runs([passed, passed, *others]) == Usual()


def test_a_newer_build_of_the_branch_supersedes() -> None:
    """A newer run counts where it builds the same branch for the same event, and nobody chose its inputs."""
    newer = replace(RUN, id=RUN.id + 1)
    assert is_superseded(RUN, [RUN, newer])
    assert not is_superseded(RUN, [RUN, replace(newer, head_branch="other")])
    assert not is_superseded(RUN, [replace(newer, id=1)])
    chosen = replace(RUN, event="workflow_dispatch")
    assert not is_superseded(chosen, [replace(chosen, id=RUN.id + 1)])


def test_a_later_run_that_ended_overtook_it() -> None:
    """A later run that passed or failed got its runners; one that was cancelled or is at work proves nothing."""
    newer = replace(RUN, id=RUN.id + 1, conclusion=Conclusion.FAILURE)
    assert is_overtaken(RUN, [RUN, newer])
    assert not is_overtaken(RUN, [RUN, replace(newer, conclusion=Conclusion.CANCELLED)])
    assert not is_overtaken(RUN, [replace(newer, conclusion=None), replace(newer, id=1)])


def test_a_run_is_as_old_as_its_attempt() -> None:
    """Where GitHub does not say when the attempt began, the run's own beginning counts."""
    assert age_of(RUN, NOW) == 60 * M
    assert age_of(replace(RUN, started_at=None), NOW) == 70 * M


def test_what_is_told_of_a_job() -> None:
    """A job waits, runs, rests between steps, or is over; what GitHub does not say stays unknown."""
    usual = {"test": JobUsual(runs=Usual(time=5 * M, longest=6 * M), waits=Usual(time=M))}
    begun = Step(number=1, name="Set up", status="completed", conclusion=None, completed_at=NOW - 40 * M)
    tests = Step(number=2, name="Tests", status="in_progress", conclusion=None, started_at=NOW - 30 * M)
    facts = job_facts(replace(JOB, steps=(begun, tests)), usual, NOW)
    assert (facts.ran, facts.step, facts.at_step, facts.still) == (50 * M, "Tests", 30 * M, None)
    assert job_facts(replace(JOB, steps=(replace(tests, started_at=None),)), {}, NOW).at_step is None
    assert (facts.usual, facts.longest, facts.usual_wait) == (5 * M, 6 * M, M)
    assert job_facts(replace(JOB, steps=(begun,)), {}, NOW).still == 40 * M
    assert job_facts(JOB, {}, NOW).still is None
    waits = job_facts(replace(JOB, status="queued", started_at=None), {}, NOW)
    assert (waits.waited, waits.ran, waits.usual) == (60 * M, None, None)
    unknown = job_facts(replace(JOB, status="queued", created_at=None), {}, NOW)
    assert unknown.waited is None
    assert job_facts(replace(JOB, started_at=None), {}, NOW).ran is None
    over = job_facts(replace(JOB, status="completed", completed_at=NOW - 3 * M), {}, NOW)
    assert (over.still, over.ran) == (3 * M, None)
