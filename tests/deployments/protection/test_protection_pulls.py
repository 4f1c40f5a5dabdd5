"""Workflow runs of a pull request's branch that wait at an environment's protection rule: people approve there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.faults import Fault
from bot.localhub.state import accounts, pulls, runs
from tests.support.guarded import POLICY
from tests.support.protecting import protected, waits

if TYPE_CHECKING:
    from pathlib import Path


async def test_it_is_approved_on_the_pull_request_by_who_did_not_write_it(tmp_path: Path) -> None:
    policy = POLICY.replace("amara, bo", "amara, bo, ada")
    async with protected(tmp_path, policy) as place:
        waiting = await waits(place, branch="guarded")
        refused = await place.says("ada", "/approve production")
        assert place.answer(refused)[1] == "self_approval"
        assert waiting.answers == []
        await place.says("amara", "/approve production")
        assert [state for state, _ in waiting.answers] == ["approved"]


async def test_a_push_to_the_branch_leaves_the_old_run_outside(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place, branch="guarded")
        place.push("ada")
        await place.says("amara", "/approve production")
        await waiting.later(minutes=3)
        assert [state for state, _ in waiting.answers] == ["rejected"]


async def test_a_merged_change_is_not_let_in_by_who_wrote_it(tmp_path: Path) -> None:
    """The commit that was merged is of whoever merged; the change is of whoever wrote it."""
    async with protected(tmp_path, POLICY.replace("amara, bo", "amara, bo, ada")) as place:
        bot = place.bot
        pulls.merge(bot.hub.store, bot.repository, place.pull, message="Merge", sender=place.user("bo"))
        await place.settle()
        waiting = await waits(place)
        await place.presses("ada", "Approve")
        await place.presses("bo", "Approve")
        assert waiting.answers == []
        await place.presses("amara", "Approve")
        assert [state for state, _ in waiting.answers] == ["approved"]


async def test_a_fork_stays_outside(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        store, repository = place.bot.hub.store, place.bot.repository
        fork = accounts.fork(store, repository, owner=place.user("mallory"))
        waiting = await waits(place, source=fork)
        ((state, comment),) = waiting.answers
        assert (state, "allow_forks" in comment) == ("rejected", True)


async def test_a_run_that_was_deleted_waits_for_nobody(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        waiting = await waits(place)
        del place.bot.repository.runs[waiting.run.id]
        await waiting.later(minutes=3)
        engine = place.bot.engine
        assert {one.state for name, one in engine.runs.items() if name.startswith("protection")} == {"done"}


async def test_a_report_that_github_does_not_take_changes_nothing(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        place.bot.hub.faults.add(
            Fault(kind="status", method="POST", path="deployment_protection_rule", status=403)
        )
        waiting = await waits(place)
        assert waiting.reports == []
        place.bot.hub.faults.clear()
        await place.presses("amara", "Approve")
        assert [state for state, _ in waiting.answers] == ["approved"]


async def test_what_github_never_takes_is_given_up_in_the_end(tmp_path: Path) -> None:
    async with protected(tmp_path) as place:
        place.bot.hub.faults.add(
            Fault(kind="status", method="POST", path="deployment_protection_rule", status=403)
        )
        waiting = await waits(place)
        await place.presses("bo", "Reject")
        for _ in range(40):
            await waiting.later(minutes=2)
        assert waiting.answers == []
        engine = place.bot.engine
        assert {one.state for name, one in engine.runs.items() if name.startswith("protection")} == {"done"}


async def test_who_answered_first_is_enough(tmp_path: Path) -> None:
    """The job was let go by hand, or its run cancelled, at the moment of the answer."""
    async with protected(tmp_path) as place:
        place.bot.hub.faults.add(
            Fault(kind="status", method="POST", path="deployment_protection_rule", status=422)
        )
        waiting = await waits(place)
        await place.presses("bo", "Reject")
        runs.cancel(place.bot.hub.store, waiting.run)
        await waiting.later(minutes=3)
        engine = place.bot.engine
        assert {one.state for name, one in engine.runs.items() if name.startswith("protection")} == {"done"}
