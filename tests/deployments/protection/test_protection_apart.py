"""Deployments that plan and apply by two workflows, in an environment that a protection rule guards as well."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import artifacts, git, protection, runs
from tests.support.guarded import POLICY, WORKFLOW, Guarded, guarded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun

FORM_B = POLICY.replace("    parameters: [region]\n", "    plan: {workflow: plan.yml}\n")
SUMMARY = {"version": 1, "sha256": "a" * 64, "adds": 3, "changes": 0, "destroys": 1}


@asynccontextmanager
async def place_of(folder: Path, *, plans_in: str | None = None) -> AsyncIterator[Guarded]:
    """This function will open such a repository, whose planning job may ask for an environment too."""
    async with guarded(folder, policy=FORM_B) as place:
        store, repository = place.bot.hub.store, place.bot.repository
        files = {".github/workflows/plan.yml": WORKFLOW}
        for branch in ("main", place.pull.head_ref):
            git.push(store, repository, branch, files=files, message="Plan", author=place.user("ada"))
        place.passes(place.pull.head_sha)
        runs.workflow_of(store, repository, "plan.yml")
        protection.enable(store, repository, "production", place.bot.hub.app)

        def play(run: WorkflowRun) -> None:
            place.begun.append(run)
            is_plan = run.workflow.path.endswith("plan.yml")
            job = runs.add_job(store, run, "job", environment=plans_in if is_plan else "production")
            if protection.hold(store, job):
                return
            packed = artifacts.packed({"summary.json": json.dumps(SUMMARY).encode()})
            artifacts.upload(store, run, "pilothouse-plan", packed)
            runs.finish_job(store, job, "success")
            runs.finish_run(store, run)

        store.player = play
        yield place


async def later(place: Guarded, **time: int) -> None:
    place.bot.clock.advance(timedelta(**time))
    await place.settle()


def answers(run: WorkflowRun) -> list[str]:
    return [one.state for one in run.reviews]


async def test_what_was_approved_before_its_dispatch_is_let_through(tmp_path: Path) -> None:
    async with place_of(tmp_path) as place:
        asked = await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        assert place.answer(asked) == ("waiting", "waiting_for_approval")
        await place.says("amara", "/approve production")
        await later(place, seconds=3)
        plan, apply = place.begun
        assert (answers(plan), answers(apply)) == ([], ["approved"])
        assert apply.inputs["plan_digest"] == "a" * 64
        place.finishes(apply)
        await later(place, minutes=2)
        assert place.answer(asked) == ("succeeded", "done")


async def test_a_planning_job_does_not_reach_the_environment(tmp_path: Path) -> None:
    async with place_of(tmp_path, plans_in="production") as place:
        await place.says("wren", "/deploy production")
        await later(place, seconds=3)
        (plan,) = place.begun
        assert answers(plan) == ["rejected"]
        assert "credentials of its own" in plan.reviews[0].comment


async def test_jobs_of_a_cancelled_deployment_stay_outside(tmp_path: Path) -> None:
    """It was approved and dispatched; its next job asks for the environment after the cancellation."""
    async with place_of(tmp_path) as place:
        await place.says("wren", "/deploy production")
        await later(place, minutes=2)
        await place.says("amara", "/approve production")
        await later(place, seconds=3)
        apply = place.begun[-1]
        await place.says("wren", "/cancel production")
        await later(place, minutes=2)
        assert answers(apply) == ["approved"]
        late = runs.add_job(place.bot.hub.store, apply, "second", environment="production")
        protection.hold(place.bot.hub.store, late)
        await later(place, minutes=2)
        assert "approved" not in answers(apply)[1:]
        assert late.status != "queued"
