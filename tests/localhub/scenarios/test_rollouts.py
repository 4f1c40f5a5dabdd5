"""Production rolls out in stages: it plans, waits for the App's answer, applies, pushes, and answers for its health."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from bot.localhub.scenarios.harbour import POLICY, seed
from bot.localhub.scenarios.plans import APPLY_PATH, DEPLOY_PATH, PLAN_PATH, PRODUCTION_PATH, TEARDOWN_PATH
from bot.localhub.scenarios.player import Outcome, Player
from bot.localhub.state import protection, runs
from bot.localhub.state.inputs import declared_inputs
from bot.localhub.state.store import Store
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.nouns import Pull

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


class Stage:
    """The demo's repository, whose jobs take no time."""

    def __init__(self) -> None:
        self.store = Store(clock=lambda: AT, base_url="http://127.0.0.1:1234")
        self.player = Player(self.store, sleep=_at_once)
        self.app = self.store.app("pilothouse", name="Pilothouse", owner=self.store.user("acme"))
        self.harbour = seed(self.store, self.player, self.app)
        self.repository = self.harbour.repository

    def roll_out(self, path: str, environment: str, pull: Pull, **inputs: str) -> WorkflowRun:
        """A workflow run that deploys the head of a pull request."""
        new = runs.NewRun(
            head_sha=pull.head_sha,
            head_branch=pull.head_ref,
            actor=self.app.bot,
            event="workflow_dispatch",
            inputs={"environment": environment, "sha": pull.head_sha, **inputs},
        )
        workflow = runs.workflow_of(self.store, self.repository, path)
        return runs.dispatch(self.store, self.repository, workflow, new)

    async def until_it_waits(self, run: WorkflowRun) -> Job:
        """The job that waits at its environment."""
        await until(lambda: bool(protection.waiting(run)), within=5)
        return protection.waiting(run)[0]

    def summary(self, run: WorkflowRun, name: str) -> tuple[dict[str, Any], zipfile.ZipFile]:
        """The summary in an artifact, with the archive."""
        (found,) = (one for one in self.repository.artifacts.values() if one.run is run and one.name == name)
        archive = zipfile.ZipFile(io.BytesIO(found.content))
        return json.loads(archive.read("summary.json")), archive


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    await made.player.played()
    yield made
    await made.player.close()


async def test_production_plans_waits_and_goes_on_when_approved(stage: Stage) -> None:
    run = stage.roll_out(PRODUCTION_PATH, "production", stage.harbour.green)
    job = await stage.until_it_waits(run)

    assert job.name == "terraform-apply"
    summary, archive = stage.summary(run, "pilothouse-plan")
    assert summary["sha256"] == hashlib.sha256(archive.read("plan.bin")).hexdigest()
    assert stage.player.services.health("production")[0] == 404

    protection.answer(stage.store, run, "production", app=stage.app, approved=True)
    await stage.player.played()

    assert run.latest.conclusion == "success"
    assert [one.name for one in run.latest.jobs][-2:] == ["deploy-binaries", "verify-deployment"]
    assert stage.summary(run, "pilothouse-artifacts")[0]["digest"].startswith("sha256:")
    assert stage.player.services.running("production") == stage.harbour.green.head_sha
    assert stage.player.services.health("production")[1].startswith("ready, 12 berths")


async def test_nothing_is_applied_when_rejected(stage: Stage) -> None:
    run = stage.roll_out(PRODUCTION_PATH, "production", stage.harbour.green)
    await stage.until_it_waits(run)

    protection.answer(stage.store, run, "production", app=stage.app, approved=False)
    await stage.player.played()

    conclusions = {job.name: job.conclusion for job in run.latest.jobs}
    assert conclusions["terraform-apply"] == "failure"
    assert (conclusions["deploy-binaries"], conclusions["verify-deployment"]) == ("skipped", "skipped")
    assert stage.player.services.running("production") is None


async def test_a_waiting_rollout_can_be_cancelled(stage: Stage) -> None:
    run = stage.roll_out(PRODUCTION_PATH, "production", stage.harbour.green)
    await stage.until_it_waits(run)
    runs.cancel(stage.store, run)
    await stage.player.played()
    assert run.latest.conclusion == "cancelled"


async def test_the_job_that_verifies_can_be_made_to_fail(stage: Stage) -> None:
    stage.player.deployments = Outcome.FAIL
    run = stage.roll_out(PRODUCTION_PATH, "production", stage.harbour.green)
    await stage.until_it_waits(run)
    protection.answer(stage.store, run, "production", app=stage.app, approved=True)
    await stage.player.played()
    assert [job.name for job in run.latest.jobs if job.conclusion == "failure"] == ["verify-deployment"]


async def test_winter_berths_are_healthy_in_staging_and_not_in_production(stage: Stage) -> None:
    services, winter = stage.player.services, stage.harbour.berthless
    stage.roll_out(DEPLOY_PATH, "staging", winter)
    await stage.player.played()
    services.deploy("production", stage.store.commits[winter.head_sha])

    application = web.Application()
    services.add_to(application)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/_/service"
    async with aiohttp.ClientSession() as session:
        statuses = [(await session.get(f"{url}/{name}/healthz")).status for name in ("staging", "production")]
    await runner.cleanup()

    assert statuses == [200, 503]


async def test_a_torn_down_environment_is_empty(stage: Stage) -> None:
    stage.roll_out(DEPLOY_PATH, "preview", stage.harbour.green)
    await stage.player.played()
    assert stage.player.services.health("preview")[0] == 200
    stage.roll_out(TEARDOWN_PATH, "preview", stage.harbour.green)
    await stage.player.played()
    assert stage.player.services.health("preview")[0] == 404


@pytest.mark.parametrize(("given", "conclusion"), [({}, "success"), ({"plan_digest": "0" * 64}, "failure")])
async def test_exactly_the_plan_that_was_approved_is_applied(
    stage: Stage, given: dict[str, str], conclusion: str
) -> None:
    planned = stage.roll_out(PLAN_PATH, "basin", stage.harbour.green)
    await stage.player.played()
    digest = stage.summary(planned, "pilothouse-plan")[0]["sha256"]
    inputs = {"plan_run_id": str(planned.id), "plan_digest": digest, **given}
    applied = stage.roll_out(APPLY_PATH, "basin", stage.harbour.green, **inputs)
    await stage.player.played()
    assert applied.latest.conclusion == conclusion
    assert (stage.player.services.running("basin") is not None) == (conclusion == "success")


async def test_a_plan_that_nobody_made_is_not_applied(stage: Stage) -> None:
    run = stage.roll_out(APPLY_PATH, "basin", stage.harbour.green, plan_run_id="1", plan_digest="0" * 64)
    await stage.player.played()
    assert run.latest.conclusion == "failure"


async def test_the_policy_asks_the_services_and_the_workflows_take_what_the_bot_gives(stage: Stage) -> None:
    tip = stage.store.commits[stage.repository.branches["main"]]
    assert b"http://127.0.0.1:1234/_/service/production/healthz" in tip.files[POLICY]
    for path in (DEPLOY_PATH, PRODUCTION_PATH, TEARDOWN_PATH):
        known = declared_inputs(tip.files[path])
        assert {"environment", "sha", "deployment_id", "lease_token", "task"} <= set(known)
