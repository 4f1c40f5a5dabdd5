"""Jobs of deployments at an environment's protection rule: they go on when the deployment does, and not before."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.deployments.protection.model import ProtectionRequest
from bot.github.models import Actor
from bot.localhub.faults import Fault
from bot.localhub.state import artifacts, protection, runs
from tests.support.guarded import POLICY, Guarded, guarded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun

FORM_A = POLICY.replace("    parameters: [region]\n", "    plan: {}\n")
FREE = FORM_A.replace("    approvals: {from: {users: [amara, bo]}}\n", "")
SUMMARY = {"version": 1, "sha256": "a" * 64, "adds": 3, "changes": 0, "destroys": 1}


@asynccontextmanager
async def place_of(folder: Path, policy: str = FORM_A) -> AsyncIterator[Guarded]:
    """This function will open a repository whose deploying workflow plans, and then waits at the rule."""
    async with guarded(folder, policy=policy) as place:
        store, repository = place.bot.hub.store, place.bot.repository
        protection.enable(store, repository, "production", place.bot.hub.app)

        def play(run: WorkflowRun) -> None:
            place.begun.append(run)
            plan = runs.add_job(store, run, "terraform-plan")
            packed = artifacts.packed({"summary.json": json.dumps(SUMMARY).encode()})
            artifacts.upload(store, run, "pilothouse-plan", packed)
            runs.finish_job(store, plan, "success")
            for zone in ("a", "b"):
                job = runs.add_job(store, run, f"terraform-apply ({zone})", environment="production")
                protection.hold(store, job)

        store.player = play
        yield place


def answers(run: WorkflowRun) -> list[str]:
    return [one.state for one in run.reviews]


def applying(run: WorkflowRun) -> set[tuple[str, str | None]]:
    return {(job.status, job.conclusion) for job in run.latest.jobs[1:]}


async def later(place: Guarded, **time: int) -> None:
    place.bot.clock.advance(timedelta(**time))
    await place.settle()


async def test_approved_jobs_go_on_and_the_deployment_ends_well(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        asked = await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        (run,) = place.begun
        assert answers(run) == []
        assert place.answer(asked) == ("waiting", "waiting_for_approval")
        assert applying(run) == {("waiting", None)}
        await place.says("amara", "/approve production")
        assert answers(run) == ["approved"], "within the moment of the approval"
        assert applying(run) == {("queued", None)}
        place.finishes(run)
        await later(place, minutes=2)
        assert place.answer(asked) == ("succeeded", "done")


async def test_all_jobs_run_again_with_another_plan_do_not_go_on(tmp_path: Path) -> None:
    """What was approved is a plan, not a workflow run."""
    async with place_of(tmp_path) as place:
        await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        await place.says("amara", "/approve production")
        (run,) = place.begun
        store = place.bot.hub.store
        for job in run.latest.jobs[1:]:
            runs.finish_job(store, job, "cancelled")
        runs.finish_run(store, run)
        runs.rerun(store, run, actor=place.user("mallory"), again=lambda _: True)
        packed = artifacts.packed({"summary.json": json.dumps(SUMMARY | {"sha256": "b" * 64}).encode()})
        artifacts.upload(store, run, "pilothouse-plan", packed)
        for job in run.latest.jobs[1:]:
            job.environment = "production"
            protection.hold(store, job)
        await later(place, minutes=2)
        assert answers(run) == ["approved", "rejected"]
        assert "`bbbbbbbbbbbb`" in run.reviews[-1].comment


async def test_a_rejected_deployment_never_reaches_the_environment(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        asked = await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        await place.says("bo", "/reject production not today")
        for _ in range(3):
            await later(place, minutes=2)
        (run,) = place.begun
        assert "approved" not in answers(run)
        assert all(conclusion in {"failure", "cancelled"} for _, conclusion in applying(run))
        assert place.answer(asked)[1] == "rejected"


async def test_without_approvals_the_jobs_go_on_after_the_plan(tmp_path: Path) -> None:
    async with place_of(tmp_path, FREE) as place:
        await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        await later(place, seconds=15)
        (run,) = place.begun
        assert answers(run) == ["approved"]


async def test_a_push_while_it_waits_closes_the_way(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        place.push("ada")
        await place.says("amara", "/approve production")
        for _ in range(3):
            await later(place, minutes=2)
        assert "approved" not in answers(place.begun[0])


async def test_only_a_plan_never_reaches_the_environment(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        asked = await place.says("wren", "/deploy production --plan")
        for _ in range(3):
            await later(place, minutes=2)
        assert "approved" not in answers(place.begun[0])
        assert place.answer(asked) == ("succeeded", "planned")


async def test_a_deployment_to_staging_does_not_open_production(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        await place.says("wren", "/deploy staging")
        await later(place, seconds=15)
        (run,) = place.begun
        assert answers(run) == ["rejected"]
        assert "`staging`" in run.reviews[0].comment


@pytest.mark.parametrize("step", ["ask", "attend"])
async def test_a_crash_in_the_guard_neither_loses_nor_doubles_the_answer(tmp_path: Path, step: str) -> None:
    async with place_of(tmp_path) as place:
        place.bot.engine.crash_in(step)
        await place.says("wren", "/deploy production")
        await place.bot.engine.restart()
        await later(place, minutes=2)
        place.bot.engine.crash_in("release")
        await place.says("amara", "/approve production")
        await place.bot.engine.restart()
        await later(place, minutes=2)
        assert answers(place.begun[0]) == ["approved"]


async def test_github_being_down_delays_the_answer(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        place.bot.hub.faults.add(Fault(kind="status", method="POST", path="deployment_protection_rule"))
        await place.says("amara", "/approve production")
        assert answers(place.begun[0]) == []
        place.bot.hub.faults.clear()
        await later(place, minutes=2)
        assert answers(place.begun[0]) == ["approved"]


async def test_a_forged_callback_never_gets_a_token(tmp_path: Path) -> None:
    """The address in a delivery is input; it is refused at the API that is configured, and never called."""
    async with place_of(tmp_path, POLICY) as place:
        store, repository = place.bot.hub.store, place.bot.repository
        place.bot.hub.set_webhook(None)
        workflow = runs.workflow_of(store, repository, "nightly.yml")
        new = runs.NewRun(
            head_sha=repository.branches["main"], head_branch="main", actor=place.user("wren"), event="push"
        )
        run = runs.start_run(store, repository, workflow, new)
        protection.hold(store, runs.add_job(store, run, "apply", environment="production"))
        path = f"/repos/octo/harbour/actions/runs/{run.id}/deployment_protection_rule"
        await place.bot.engine.submit([_request(place, run, f"https://evil.example{path}").start()])
        await place.bot.engine.drain()
        assert answers(run) == ["rejected"]
        assert "callback" in run.reviews[0].comment


async def test_a_run_of_ours_that_nobody_remembers_is_refused_in_the_end(tmp_path: Path) -> None:
    async with place_of(tmp_path, POLICY) as place:
        store, repository = place.bot.hub.store, place.bot.repository
        workflow = runs.workflow_of(store, repository, "deploy.yml")
        new = runs.NewRun(
            head_sha=repository.branches["main"],
            head_branch="main",
            actor=place.bot.hub.app.bot,
            event="workflow_dispatch",
        )
        run = runs.start_run(store, repository, workflow, new)
        protection.hold(store, runs.add_job(store, run, "apply", environment="production"))
        await place.settle()
        assert answers(run) == []
        for _ in range(8):
            await later(place, minutes=2)
        assert answers(run) == ["rejected"]


async def test_our_own_mistake_leaves_no_job_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place_of(tmp_path) as place:

        async def broken(*_: Any) -> None:
            raise KeyError("a bug")

        monkeypatch.setattr("bot.deployments.protection.story.gather", broken)
        await place.says("wren", "/deploy production")
        for _ in range(4):
            await later(place, minutes=2)
        assert answers(place.begun[0]) == ["rejected"]
        assert "could not be verified" in place.begun[0].reviews[0].comment


def _request(place: Guarded, run: WorkflowRun, callback_url: str) -> ProtectionRequest:
    wren = place.user("wren")
    return ProtectionRequest(
        repository=place.bot.ref,
        workflow_run_id=run.id,
        environment="production",
        sender=Actor(id=wren.id, login=wren.login),
        guid="forged",
        callback_url=callback_url,
    )
