"""What time does to a gate, and the sweep that finds what no event told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.gates.model import GateState
from bot.localhub.state import accounts
from handlers.schedule import SCHEDULES

if TYPE_CHECKING:
    from tests.support.gates import AtGate


async def sweep(here: AtGate) -> None:
    """Let the clock's ten minutes come round."""
    schedule = next(each for each in SCHEDULES if each.name == "sweep_gates")
    await here.bot.engine.submit([schedule.start(here.bot.clock())])
    await here.bot.settle()


async def test_a_gate_expires(here: AtGate) -> None:
    here.approvals("{expires: 2h}")
    await here.open()
    here.bot.clock.advance(timedelta(minutes=119))
    await sweep(here)
    assert await here.state() is GateState.WAITING
    here.bot.clock.advance(timedelta(minutes=1))
    await sweep(here)
    gate = await here.gate()
    assert (gate.state, gate.reason) == (GateState.EXPIRED, "gate_expired")
    assert here.check.conclusion == "timed_out"
    assert "nothing_waits" in await here.say("/approve", by="bob")


async def test_an_approval_expires(here: AtGate) -> None:
    """It is as old as it is, however often the same deployment is asked for."""
    await here.open()
    await here.say("/approve", by="bob")
    here.bot.clock.advance(timedelta(hours=23))
    assert (await here.open(gate_id="gate-2")).state is GateState.APPROVED
    here.bot.clock.advance(timedelta(hours=1))
    await sweep(here)
    assert await here.state("gate-2") is GateState.WAITING
    assert await here.voids() == ["expired"]


async def test_the_policy_of_the_default_branch_is_read_anew(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.approvals("{count: 2}")
    await sweep(here)
    assert await here.state() is GateState.WAITING


async def test_a_policy_with_mistakes_lets_nothing_through(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.configure("environments:\n  production:\n    approvals: {count: many}\n")
    await sweep(here)
    gate = await here.gate()
    assert (gate.state, gate.reason) == (GateState.WAITING, "configuration_invalid")


async def test_a_role_taken_away_without_any_event_is_noticed(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    accounts.set_role(here.bot.repository, here.bot.hub.store.user("bob"), "none")
    await sweep(here)
    assert await here.state() is GateState.WAITING


async def test_the_sweep_asks_github_nothing_where_nothing_waits(here: AtGate) -> None:
    before = len(here.bot.calls)
    await sweep(here)
    assert len(here.bot.calls) == before


async def test_what_has_reached_the_environment_was_allowed_once(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    gate = await here.keeper.close(
        here.repo, "gate-1", reason=Reason.DONE, text="Deployed.", now=here.bot.clock()
    )
    assert gate.state is GateState.CLOSED
    assert here.check.conclusion == "success"
    assert (await here.open(gate_id="gate-2")).state is GateState.WAITING
    assert await here.voids() == ["spent"]


async def test_what_was_cancelled_before_it_began_needs_no_new_approval(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    await here.keeper.close(
        here.repo, "gate-1", reason=Reason.CANCELLED, text="Cancelled.", now=here.bot.clock()
    )
    assert here.check.conclusion == "cancelled"
    assert (await here.open(gate_id="gate-2")).state is GateState.APPROVED


async def test_what_is_being_applied_is_held_by_nothing_that_happens_now(here: AtGate) -> None:
    """The gate has done its work: a push or a deleted comment changes nothing, and a rejection says what would."""
    await here.open(run_id="deploy-1")
    await here.say("/approve", by="bob")
    await here.applying("deploy-1")
    await here.delete(here.comments[0], by="bob")
    here.bot.push()
    await here.bot.settle()
    assert await here.state() is GateState.APPROVED
    assert "`/cancel` stops it" in await here.say("/reject", by="eve")
    assert await here.state() is GateState.APPROVED
    await here.keeper.close(here.repo, "gate-1", reason=Reason.DONE, text="Deployed.", now=here.bot.clock())
    assert here.check.conclusion == "success"


async def test_what_was_pushed_over_while_it_was_applied_has_been_allowed_all_the_same(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.bot.push()
    await here.bot.settle()
    gate = await here.keeper.close(
        here.repo, "gate-1", reason=Reason.DONE, text="Deployed.", now=here.bot.clock()
    )
    assert gate.reason == "done"
    assert here.check.conclusion == "success"
    closed_again = await here.keeper.close(
        here.repo, "gate-1", reason=Reason.CANCELLED, text="Late.", now=here.bot.clock()
    )
    assert closed_again.reason == "done"
