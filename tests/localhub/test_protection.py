"""Environments that Apps protect: jobs wait, the App is asked, reports, answers once for all jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import protection, runs

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from bot.localhub.state.actions import WorkflowRun
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Answer, Caller, Receiver

R = "/repos/acme/rocket"


def _protected_run(hub: LocalHub, seeded: Seeded, *, jobs: int = 1) -> WorkflowRun:
    store, repository = hub.store, seeded.repository
    protection.enable(store, repository, "production", hub.app)
    workflow = runs.workflow_of(store, repository, "deploy.yml", name="Deploy")
    new = runs.NewRun(
        head_sha=seeded.pull.head_sha,
        head_branch="topic",
        actor=hub.app.bot,
        event="workflow_dispatch",
    )
    run = runs.start_run(store, repository, workflow, new)
    for number in range(jobs):
        job = runs.add_job(store, run, f"apply ({number})", environment="Production")
        assert protection.hold(store, job)
        assert protection.hold(store, job)
    return run


async def _say(caller: Caller, run: WorkflowRun, **body: str) -> Answer:
    here = f"{R}/actions/runs/{run.id}/deployment_protection_rule"
    return await caller("POST", here, {"environment_name": "production", **body})


def _asked(receiver: Receiver) -> list[Any]:
    name = "deployment_protection_rule.requested"
    return [one.payload for one in receiver.received if one.name == name]


async def test_every_matrix_job_asks_and_one_answer_lets_all_of_them_pass(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    run = _protected_run(hub, seeded, jobs=3)
    await hub.settle()
    asked = _asked(receiver)
    assert len(asked) == 3
    callback = f"{hub.url}{R}/actions/runs/{run.id}/deployment_protection_rule"
    assert {one["deployment_callback_url"] for one in asked} == {callback}
    assert [one["number"] for one in asked[0]["pull_requests"]] == [seeded.pull.number]
    assert (run.latest.status, {job.status for job in run.latest.jobs}) == ("waiting", {"waiting"})
    here = f"{R}/actions/runs/{run.id}"
    (pending,) = (await as_installation("GET", f"{here}/pending_deployments")).body
    assert pending["environment"]["name"] == "production"

    assert (await _say(as_installation, run, state="approved", comment="Approved by grace")).status == 204

    assert {job.status for job in run.latest.jobs} == {"queued"}
    assert (await as_installation("GET", f"{here}/pending_deployments")).body == []
    (review,) = (await as_installation("GET", f"{here}/approvals")).body
    assert (review["state"], review["comment"]) == ("approved", "Approved by grace")
    assert (await _say(as_installation, run, state="approved")).status == 422
    for job in run.latest.jobs:
        runs.finish_job(hub.store, job, "success")
        assert job.deployment
        states = [one.state for one in job.deployment.statuses]
        assert states == ["waiting", "queued", "in_progress", "success"]
    await hub.settle()
    assert "workflow_job.waiting" in receiver.names


async def test_a_rejection_fails_the_jobs(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    run = _protected_run(hub, seeded, jobs=2)
    assert (await _say(as_installation, run, state="rejected", comment="No")).status == 204
    assert {job.conclusion for job in run.latest.jobs} == {"failure"}


async def test_ten_reports_are_taken_and_no_more(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    run = _protected_run(hub, seeded)
    answers = [(await _say(as_installation, run, comment=f"Waiting, {n}")).status for n in range(11)]
    assert answers == [204] * 10 + [422]
    assert len(run.reports[1, "production", hub.app.id]) == 10
    assert run.latest.jobs[0].status == "waiting"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"state": "maybe", "comment": "?"}, 422),
        ({}, 422),
        ({"state": "approved", "comment": "x" * 1025}, 422),
        ({"state": "approved", "environment_name": "moon"}, 404),
    ],
)
async def test_wrong_answers_are_refused(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, body: dict[str, str], status: int
) -> None:
    run = _protected_run(hub, seeded)
    assert (await _say(as_installation, run, **body)).status == status


async def test_nobody_is_asked_where_nothing_is_protected(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    run = _protected_run(hub, seeded)
    protection.disable(hub.store, seeded.repository, "production", hub.app)
    for name in (None, "staging", "production"):
        assert not protection.hold(hub.store, runs.add_job(hub.store, run, f"to {name}", environment=name))
    await hub.settle()
    assert len(_asked(receiver)) == 1
    assert (
        await as_installation("GET", f"{R}/environments/production/deployment_protection_rules")
    ).body == {
        "total_count": 0,
        "custom_deployment_protection_rules": [],
    }


async def test_a_job_passes_only_when_every_app_agreed(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    other = hub.store.app("observer", name="Observer", owner=seeded.repository.owner)
    rule = protection.enable(hub.store, seeded.repository, "production", other)
    run = _protected_run(hub, seeded)
    await hub.settle()
    assert len(_asked(receiver)) == 1
    assert (await _say(as_installation, run, state="approved")).status == 204
    assert (await _say(as_installation, run, state="approved")).status == 422
    (job,) = run.latest.jobs
    assert job.status == "waiting"
    protection.answer(hub.store, run, "production", app=other, approved=True)
    assert job.status == "queued"
    here = f"{R}/environments/production/deployment_protection_rules"
    listed = (await as_installation("GET", here)).body["custom_deployment_protection_rules"]
    assert [one["app"]["slug"] for one in listed] == ["observer", "pilothouse"]
    shown = (await as_installation("GET", f"{here}/{rule.id}")).body
    assert (shown["enabled"], shown["app"]["id"]) == (True, other.id)
    assert (await as_installation("GET", f"{here}/1")).status == 404


async def test_an_environment_has_at_most_six_rules(hub: LocalHub, seeded: Seeded) -> None:
    apps = [hub.store.app(f"app-{number}", name="x", owner=seeded.repository.owner) for number in range(7)]
    for app in apps[:6]:
        first = protection.enable(hub.store, seeded.repository, "production", app)
    assert protection.enable(hub.store, seeded.repository, "production", apps[5]) is first
    with pytest.raises(ValueError, match="6 protection rules"):
        protection.enable(hub.store, seeded.repository, "production", apps[6])


async def test_a_new_attempt_asks_again_and_a_waiting_run_can_be_cancelled(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    run = _protected_run(hub, seeded)
    await _say(as_installation, run, state="rejected")
    runs.finish_run(hub.store, run)
    runs.rerun(hub.store, run, actor=hub.store.user("ada"), again=lambda _: True)
    (again,) = run.latest.jobs
    assert protection.hold(hub.store, again)
    runs.cancel(hub.store, run)
    assert (again.conclusion, run.latest.conclusion) == ("cancelled", "cancelled")
    await hub.settle()
    assert len(_asked(receiver)) == 2
