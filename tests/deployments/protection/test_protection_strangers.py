"""Workflow runs that nobody asked the bot for, waiting at an environment's protection rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.gates.starts import SWEEP_GATES
from bot.localhub.faults import Fault
from bot.localhub.state import artifacts, git, protection, runs
from handlers.schedule import SCHEDULES
from tests.support.guarded import POLICY
from tests.support.protecting import protected, waits

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

FORM_A = POLICY.replace("    parameters: [region]\n", "    plan: {}\n")
FORM_B = POLICY.replace("    parameters: [region]\n", "    plan: {workflow: plan.yml}\n")
LOCKED = "    freeze: {windows: [{start: 2020-01-01, end: 2099-01-01, reason: Holidays}]}\n"


async def test_a_run_that_nobody_asked_the_bot_for_gets_a_gate(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        assert waiting.answers == []
        assert len(waiting.reports) == 1
        assert "0 of 1 approval" in waiting.reports[0]
        await place.presses("wren", "Approve")
        assert waiting.answers == [], "whoever started it does not approve it"
        await place.presses("amara", "Approve")
        ((state, comment),) = waiting.answers
        assert (state, waiting.jobs[0].status) == ("approved", "queued")
        assert "amara" in comment


async def test_a_rejection_fails_the_job(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        await place.presses("bo", "Reject")
        ((state, comment),) = waiting.answers
        assert (state, waiting.jobs[0].conclusion) == ("rejected", "failure")
        assert "bo" in comment


async def test_ten_jobs_of_a_matrix_ask_once_and_are_answered_once(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place, count=10)
        checks = [
            one for one in place.bot.repository.check_runs.values() if one.name == "pilothouse / production"
        ]
        assert len(checks) == 1
        assert len(waiting.reports) == 1
        await place.presses("amara", "Approve")
        assert [state for state, _ in waiting.answers] == ["approved"]
        assert {job.status for job in waiting.jobs} == {"queued"}


async def test_a_job_of_the_matrix_that_comes_later_is_answered_too(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        await place.presses("amara", "Approve")
        store = place.bot.hub.store
        late = runs.add_job(store, waiting.run, "apply (late)", environment="production")
        protection.hold(store, late)
        await place.settle()
        assert [state for state, _ in waiting.answers] == ["approved", "approved"]
        assert late.status == "queued"


async def test_a_new_attempt_asks_anew(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        await place.presses("amara", "Approve")
        store, run = place.bot.hub.store, waiting.run
        runs.finish_job(store, waiting.jobs[0], "failure")
        runs.finish_run(store, run)
        runs.rerun(store, run, actor=place.user("wren"), again=lambda _: True)
        for job in run.latest.jobs:
            protection.hold(store, job)
        await place.settle()
        assert [state for state, _ in waiting.answers] == ["approved"]
        await place.presses("bo", "Approve")
        assert [state for state, _ in waiting.answers] == ["approved", "approved"]


async def test_nobody_decides_in_time(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        await waiting.later(hours=25)
        ((state, _),) = waiting.answers
        assert state == "rejected"


async def test_the_plan_of_the_run_itself_is_what_is_approved(tmp_path: Path) -> None:
    async with protected(tmp_path, FORM_A) as place:
        store = place.bot.hub.store
        missing = await waits(place, workflow="deploy.yml")
        assert [state for state, _ in missing.answers] == ["rejected"]
        assert "`pilothouse-plan`" in missing.answers[0][1]
        summary = {"version": 1, "sha256": "a" * 64, "adds": 3, "changes": 0, "destroys": 0}
        packed = artifacts.packed({"summary.json": json.dumps(summary).encode()})
        artifacts.upload(store, missing.run, "pilothouse-plan", packed)
        protection.hold(store, runs.add_job(store, missing.run, "again", environment="production"))
        await place.settle()
        assert "a" * 12 in (place.gate().summary or "")
        await place.presses("amara", "Approve")
        assert [state for state, _ in missing.answers] == ["rejected", "approved"]


async def test_what_is_planned_by_another_workflow_is_asked_for_by_command(tmp_path: Path) -> None:
    async with protected(tmp_path, FORM_B) as place:
        waiting = await waits(place, workflow="deploy.yml")
        ((state, comment),) = waiting.answers
        assert state == "rejected"
        assert "/deploy" in comment
        other = await waits(place)
        await place.presses("amara", "Approve")
        assert [state for state, _ in other.answers] == ["approved"], (
            "another workflow has no plan to approve"
        )


async def test_in_a_freeze_an_approved_run_waits(tmp_path: Path) -> None:
    async with protected(tmp_path, POLICY + LOCKED) as place:
        waiting = await waits(place)
        await place.presses("amara", "Approve")
        assert waiting.answers == []
        assert "Holidays" in waiting.reports[-1]


async def test_a_locked_environment_lets_no_stranger_in(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        await place.says("bo", "/lock production We are moving the harbour")
        waiting = await waits(place)
        await place.presses("amara", "Approve")
        assert waiting.answers == []
        assert "moving the harbour" in waiting.reports[-1]
        await place.says("bo", "/unlock production")
        await waiting.later(minutes=3)
        assert [state for state, _ in waiting.answers] == ["approved"]


async def test_an_environment_that_the_policy_does_not_know_is_closed(tmp_path: Path) -> None:
    policy = POLICY.replace("production:", "elsewhere:")
    async with protected(tmp_path, policy) as place:
        waiting = await waits(place)
        ((state, comment),) = waiting.answers
        assert (state, "no environment `production`" in comment) == ("rejected", True)


async def test_a_broken_policy_is_waited_for(tmp_path: Path) -> None:
    async with protected(tmp_path, "environments: [\n") as place:
        waiting = await waits(place)
        assert waiting.answers == []
        assert "has mistakes" in waiting.reports[0]
        git.push(
            place.bot.hub.store,
            place.bot.repository,
            "main",
            files={".github/pilothouse.yml": "environments: {production: {}}\n"},
            message="Correct",
            author=place.user("ada"),
        )
        await waiting.later(minutes=3)
        assert waiting.answers == [("approved", "The policy asks for no approvals.")]


async def test_a_cancelled_run_is_answered_by_nobody(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        runs.cancel(place.bot.hub.store, waiting.run)
        await waiting.later(minutes=3)
        assert waiting.answers == []
        states = {
            record.state for name, record in place.bot.engine.runs.items() if name.startswith("protection")
        }
        assert states == {"done"}


async def test_the_sweep_answers_what_a_dead_run_left_waiting(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        engine = place.bot.engine
        await engine.restart()
        for name, record in engine.runs.items():
            if name.startswith("protection"):
                record.state = "failed"
        await place.presses("amara", "Approve")
        assert waiting.answers == []
        (sweep,) = [one for one in SCHEDULES if one.name == SWEEP_GATES]
        await engine.submit([sweep.start(engine.clock.now)])
        await place.settle()
        assert [state for state, _ in waiting.answers] == ["approved"]


async def test_at_most_nine_reports_are_sent(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        for count in range(15):
            policy = POLICY.replace("amara, bo", f"amara, bo, friend-{count}")
            git.push(
                place.bot.hub.store,
                place.bot.repository,
                "main",
                files={".github/pilothouse.yml": policy},
                message="Change",
                author=place.user("ada"),
            )
            await waiting.later(minutes=3)
        assert len(waiting.reports) == 9
        assert all(len(text) <= 1_024 for text in waiting.reports)


@pytest.mark.parametrize("step", ["ask", "attend"])
async def test_a_crash_at_any_step_loses_no_answer(tmp_path: Path, step: str) -> None:
    async with protected(tmp_path) as place:
        place.bot.engine.crash_in(step)
        waiting = await waits(place)
        await place.bot.engine.restart()
        await place.settle()
        place.bot.engine.crash_in("attend")
        await place.presses("amara", "Approve")
        await place.bot.engine.restart()
        await place.settle()
        assert [state for state, _ in waiting.answers] == ["approved"]
        assert len(waiting.reports) == 1


async def test_what_cannot_be_read_for_an_hour_is_not_let_through(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        place.bot.hub.faults.add(Fault(kind="status", path="pending_deployments"))
        waiting = await waits(place)
        for _ in range(40):
            await waiting.later(minutes=2)
        ((state, comment),) = waiting.answers
        assert (state, "could not be verified" in comment) == ("rejected", True)
