"""What people do at a gate: approve and reject by comment and by button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gates.model import GateState, Parameter
from tests.support.gates import plan

if TYPE_CHECKING:
    from tests.support.gates import AtGate


async def test_a_waiting_gate_is_shown_with_its_buttons(here: AtGate) -> None:
    gate = await here.open(summary=plan())
    check = here.check
    assert gate.state is GateState.WAITING
    assert (check.name, check.status, check.conclusion) == (
        "pilothouse / production",
        "completed",
        "action_required",
    )
    assert [action["label"] for action in check.actions] == ["Approve", "Reject", "Why"]
    assert "1 to add, 2 to change, 0 to destroy" in (check.summary or "")


async def test_another_person_approves_by_comment(here: AtGate) -> None:
    await here.open()
    answer = await here.say("/approve production", by="bob")
    assert "✅ `/approve production` **succeeded**" in answer
    assert "It goes ahead." in answer
    assert await here.state() is GateState.APPROVED
    assert here.check.conclusion == "success"


async def test_another_person_approves_by_button(here: AtGate) -> None:
    await here.open()
    answer = await here.press("Approve", by="bob")
    assert "**succeeded**" in answer
    assert await here.state() is GateState.APPROVED


async def test_two_people_are_two_people(here: AtGate) -> None:
    """Where two must approve, one who approves twice is still one."""
    here.approvals("{count: 2}")
    await here.open()
    await here.say("/approve", by="bob")
    await here.press("Approve", by="bob")
    assert await here.state() is GateState.WAITING
    assert here.check.title == "Waits for approval: 1 of 2 approvals"
    await here.say("/approve", by="eve")
    assert await here.state() is GateState.APPROVED


async def test_a_rejection_ends_it(here: AtGate) -> None:
    await here.open()
    await here.say("/reject production the migration is missing", by="eve")
    assert await here.state() is GateState.REJECTED
    assert here.check.conclusion == "failure"
    assert "the migration is missing" in (here.check.summary or "")
    assert "nothing_waits" in await here.say("/approve production", by="bob")


async def test_what_was_rejected_is_approved_anew(here: AtGate) -> None:
    """An approval from before the rejection does not let the next deployment through."""
    here.approvals("{count: 2}")
    await here.open()
    await here.say("/approve", by="bob")
    await here.say("/reject", by="eve")
    await here.open(gate_id="gate-2")
    await here.say("/approve", by="eve")
    assert await here.state("gate-2") is GateState.WAITING
    await here.say("/approve", by="bob")
    assert await here.state("gate-2") is GateState.APPROVED


async def test_an_approval_holds_for_the_same_deployment_asked_for_again(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    gate = await here.open(gate_id="gate-2")
    assert gate.state is GateState.APPROVED


async def test_nothing_waits(here: AtGate) -> None:
    assert "nothing_waits" in await here.say("/approve", by="bob")


async def test_the_environment_must_be_named_where_two_wait(here: AtGate) -> None:
    here.configure("environments:\n  production:\n    approvals: {}\n  staging:\n    approvals: {}\n")
    await here.open()
    await here.open(gate_id="gate-2", environment="staging")
    assert "missing_argument" in await here.say("/approve", by="bob")
    await here.say("/approve Staging", by="bob")
    assert await here.state() is GateState.WAITING
    assert await here.state("gate-2") is GateState.APPROVED


async def test_an_approval_is_of_these_parameters(here: AtGate) -> None:
    await here.open(parameters=(Parameter(name="region", value="eu"),))
    await here.say("/approve", by="bob")
    gate = await here.open(gate_id="gate-2", parameters=(Parameter(name="region", value="us"),))
    assert gate.state is GateState.WAITING


async def test_the_why_button_answers_with_the_proof(here: AtGate) -> None:
    await here.open()
    answer = await here.press("Why", by="mallory")
    assert "0 of 1 approval" in answer
    assert "someone with the role `write` or more" in answer
