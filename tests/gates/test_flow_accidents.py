"""What goes wrong at a gate: crashes, lost answers, GitHub silent, two things at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Flow, Start
from bot.gates.changes import UnknownGateError
from bot.gates.model import About, EvaluateRequest, GateState, News
from bot.localhub.faults import Fault
from bot.localhub.state import checks
from tests.support.gates import at_gate, plan

if TYPE_CHECKING:
    from pathlib import Path

    from bot.engine.model import Run
    from tests.support.gates import AtGate

pytestmark = pytest.mark.no_cover


def approvals_noted(here: AtGate) -> list[str]:
    """The comments on the pull request that tell of an approval taken."""
    return [body for body in here.answers if "You approved" in body]


async def test_every_step_may_happen_twice(tmp_path: Path) -> None:
    async with at_gate(tmp_path, repeat_every_step=True) as here:
        here.approvals("{count: 2}")
        await here.open()
        await here.say("/approve", by="bob")
        await here.press("Approve", by="eve")
        assert await here.state() is GateState.APPROVED
        assert len(await here.words()) == 2
        assert len(here.checks) == 1


@pytest.mark.parametrize("step", ["gates 0", "proof 0", "say 0 gate-1"])
async def test_a_crash_while_a_word_is_taken(here: AtGate, step: str) -> None:
    """Wherever the process dies, the word is taken once and answered once."""
    await here.open()
    here.bot.engine.crash_in(step)
    await here.say("/approve", by="bob")
    assert await here.state() is GateState.APPROVED
    assert len(await here.words()) == 1
    assert len(approvals_noted(here)) == 1


@pytest.mark.parametrize("step", ["gates", "evaluate"])
async def test_a_crash_while_a_push_is_heard(here: AtGate, step: str) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.bot.engine.crash_in(step)
    here.bot.push()
    await here.bot.settle()
    assert await here.state() is GateState.CLOSED
    assert await here.voids() == ["head_moved"]


async def test_a_check_run_whose_answer_was_lost_is_found_again(here: AtGate) -> None:
    here.bot.hub.faults.add(
        Fault(kind="status", method="POST", path="/check-runs$", status=502, after=True, count=1)
    )
    await here.open()
    await here.evaluate()
    assert len(here.checks) == 1
    assert here.check.conclusion == "action_required"


async def test_a_gate_that_could_not_be_shown_is_shown_later(here: AtGate) -> None:
    """GitHub refuses check runs for a while: the gate stands, and comments are taken."""
    here.bot.hub.faults.add(Fault(kind="status", method="POST", path="/check-runs$", status=403))
    await here.open()
    assert here.checks == []
    await here.say("/approve", by="bob")
    assert await here.state() is GateState.APPROVED
    here.bot.hub.faults.clear()
    await here.evaluate()
    assert here.check.conclusion == "success"


async def test_an_identical_check_run_is_not_written_again(here: AtGate) -> None:
    await here.open()
    writes = [call for call in here.bot.calls if call.operation == "checks/update"]
    await here.evaluate()
    assert [call for call in here.bot.calls if call.operation == "checks/update"] == writes


async def test_a_check_run_asked_for_again_is_written_again(here: AtGate) -> None:
    bot = here.bot
    await here.open()
    here.check.status, here.check.conclusion = "queued", None
    checks.rerequest_run(bot.hub.store, bot.repository, here.check, user=bot.ada)
    await bot.settle()
    assert here.check.conclusion == "action_required"


async def test_github_silent_keeps_it_waiting(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.bot.hub.faults.add(Fault(kind="status", method="GET", path="/pulls/", status=502))
    gate = await here.evaluate()
    assert (gate.state, gate.reason) == (GateState.WAITING, "could_not_verify")
    assert await here.voids() == [""]


async def test_a_comment_that_cannot_be_read_counts_for_nothing_now(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.bot.hub.faults.add(Fault(kind="status", method="GET", path="/issues/comments/", status=502))
    assert (await here.evaluate()).reason == "could_not_verify"
    here.bot.hub.faults.clear()
    assert (await here.evaluate()).state is GateState.APPROVED


async def test_a_comment_that_cannot_be_read_again_is_not_taken(here: AtGate) -> None:
    await here.open()
    here.bot.hub.faults.add(Fault(kind="status", method="GET", path="/issues/comments/", status=502))
    assert "could_not_verify" in await here.say("/approve", by="bob")


async def test_a_rejection_during_an_evaluation_is_not_overwritten(here: AtGate) -> None:
    """An evaluation that began before saves nothing: it begins again."""
    await here.open()
    here.bot.hub.faults.add(Fault(kind="latency", method="GET", path="/commits$", seconds=0.3, count=1))
    slow = asyncio.create_task(here.evaluate())
    await asyncio.sleep(0)
    await here.say("/reject", by="eve")
    assert (await slow).state is GateState.REJECTED
    assert await here.state() is GateState.REJECTED


async def test_the_gate_moves_on_to_another_commit(here: AtGate) -> None:
    """Its old check run says so, and can be approved no more."""
    await here.open(summary=plan())
    await here.say("/approve", by="bob")
    here.bot.push()
    here.bot.clock.advance(timedelta(seconds=1))
    gate = await here.open(summary=plan())
    assert gate.state is GateState.WAITING
    assert [check.conclusion for check in here.checks] == ["cancelled", "action_required"]


async def test_a_gate_that_is_over_is_not_opened_again(here: AtGate) -> None:
    await here.open()
    await here.say("/reject", by="eve")
    assert (await here.open(summary=plan())).state is GateState.REJECTED


async def test_an_unknown_gate_is_no_accident(here: AtGate) -> None:
    request = EvaluateRequest(repository=here.bot.ref, gate_id="nothing", number=1, cause="test")
    await here.bot.engine.submit([request.start()])
    await here.bot.engine.drain()
    with pytest.raises(UnknownGateError):
        await here.evaluate("nothing")
    with pytest.raises(UnknownGateError):
        await here.evaluate("")


async def test_a_button_of_a_gate_that_is_gone_is_no_accident(here: AtGate) -> None:
    await here.open()
    here.check.external_id = "gate-0-nothing"
    await here.press("Approve", by="bob")
    assert here.answers == []


async def test_who_waits_is_woken(here: AtGate) -> None:
    heard: list[News | None] = []

    async def wait(run: Run, _: EvaluateRequest) -> None:
        heard.append(await run.wait("news", timeout=timedelta(hours=1), returns=News))

    request = EvaluateRequest(repository=here.bot.ref, gate_id="", number=None, cause="")
    here.bot.engine.flows["waits"] = Flow(name="waits", request=EvaluateRequest, story=wait)
    await here.bot.engine.submit([Start(flow="waits", run_id="deploy-1", request=request, partition="x")])
    await here.bot.engine.drain()
    await here.open(run_id="deploy-1")
    await here.say("/approve", by="bob")
    assert heard == [News(about=About.GATE, text="approved")]


async def test_a_gate_outside_of_any_pull_request(here: AtGate) -> None:
    """A workflow run on a branch waits: who wrote its commit does not approve it, somebody else does."""
    here.asks = "eve"
    await here.open(number=None)
    await here.press("Approve", by="ada")
    assert await here.state() is GateState.WAITING
    await here.press("Approve", by="bob")
    assert await here.state() is GateState.APPROVED
    assert here.answers == []


async def test_a_dry_run_says_whether_the_word_would_count(here: AtGate) -> None:
    assert "Nothing waits for approval" in await here.say("/plan approve production", by="bob")
    await here.open()
    assert "Your word would count." in await here.say("/plan approve production", by="bob")
    assert "asked for the deployment" in await here.say("/plan approve", by="ada")
    assert await here.words() == []
