"""What a protection rule answers, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.deployments.model import Stage
from bot.deployments.protection.model import (
    Answer,
    Dispatched,
    GateSeen,
    Policy,
    ProtectionFacts,
    ProtectionRequest,
    Verdict,
)
from bot.deployments.protection.rules import FORGETFUL, LONGEST, decide_protection
from bot.gates.model import GateState
from bot.github.models import Actor
from tests.support.commands import REPOSITORY

ASKED = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
FACTS = ProtectionFacts(at=ASKED + timedelta(minutes=1), asked_at=ASKED, environment="production")
DEPLOYMENT = Dispatched(
    environment="Production", stage=Stage.APPLYING, is_plan=False, is_deploying=True, has_lease=True
)
POLICY = Policy(is_configured=True, needs_approval=True)


def of_deployment(**changes: object) -> Answer:
    return decide_protection(replace(FACTS, dispatched=replace(DEPLOYMENT, **changes)))  # type: ignore[arg-type] # as many as fit


def of_stranger(policy: Policy = POLICY, *, gate: GateState | None = None, problem: str = "") -> Answer:
    seen = GateSeen(state=gate, text=f"It is {gate}.") if gate is not None else None
    return decide_protection(replace(FACTS, policy=policy, gate=seen, problem=problem))


@pytest.mark.parametrize("stage", Stage)
def test_a_deployments_job_goes_on_when_the_deployment_does(stage: Stage) -> None:
    over = {Stage.SUCCEEDED, Stage.FAILED, Stage.ERRORED, Stage.REFUSED}
    applies = {Stage.APPLYING, Stage.VERIFYING, Stage.PROMOTING}
    expected = Verdict.REJECT if stage in over else Verdict.APPROVE if stage in applies else Verdict.WAIT
    assert of_deployment(stage=stage).verdict is expected


def test_what_the_gate_says_is_said() -> None:
    assert of_deployment(text="Approved by bo.") == Answer(verdict=Verdict.APPROVE, text="Approved by bo.")
    assert of_deployment(stage=Stage.GATED, text="0 of 2.").text == "0 of 2."
    assert "not ready" in of_deployment(stage=Stage.GATED).text
    assert "Everything" in of_deployment().text


def test_a_deployment_that_lost_its_lease_is_not_let_through() -> None:
    answer = of_deployment(has_lease=False)
    assert (answer.verdict, "lost" in answer.text) == (Verdict.REJECT, True)


def test_whoever_rejects_an_approved_deployment_stops_it_at_the_environment() -> None:
    answer = of_deployment(is_rejected=True, text="`bo` rejected it.")
    assert answer == Answer(verdict=Verdict.REJECT, text="`bo` rejected it.")


def test_a_plan_that_nobody_approved_is_not_applied() -> None:
    answer = of_deployment(problem="Another plan.", text="Approved by bo.")
    assert answer == Answer(verdict=Verdict.REJECT, text="Another plan.")
    assert of_deployment(problem="Another plan.", stage=Stage.GATED).verdict is Verdict.WAIT


def test_a_deployment_to_one_environment_does_not_open_another() -> None:
    answer = of_deployment(environment="staging")
    assert answer.verdict is Verdict.REJECT
    assert "`staging`" in answer.text
    assert "`production`" in answer.text


def test_a_plan_does_not_reach_the_environment() -> None:
    assert of_deployment(is_plan=True).verdict is Verdict.WAIT, "the plan itself may still be read"
    ended = of_deployment(is_plan=True, stage=Stage.SUCCEEDED)
    assert (ended.verdict, ended.text) == (Verdict.REJECT, "Only a plan was asked for.")
    apart = of_deployment(is_deploying=False, stage=Stage.PLANNING)
    assert apart.verdict is Verdict.REJECT
    assert "credentials of its own" in apart.text


def test_a_dispatched_run_that_nobody_remembers_is_waited_for_a_while() -> None:
    facts = replace(FACTS, is_sent_by_us=True)
    assert decide_protection(facts).verdict is Verdict.WAIT
    late = decide_protection(replace(facts, at=ASKED + FORGETFUL))
    assert late.verdict is Verdict.REJECT
    assert "/deploy" in late.text


@pytest.mark.parametrize(
    ("gate", "verdict"),
    [
        (None, Verdict.WAIT),
        (GateState.WAITING, Verdict.WAIT),
        (GateState.APPROVED, Verdict.APPROVE),
        (GateState.REJECTED, Verdict.REJECT),
        (GateState.EXPIRED, Verdict.REJECT),
        (GateState.CLOSED, Verdict.REJECT),
    ],
)
def test_a_stranger_goes_by_its_gate(gate: GateState | None, verdict: Verdict) -> None:
    answer = of_stranger(gate=gate)
    assert answer.verdict is verdict
    assert answer.text == (f"It is {gate}." if gate else "It is being looked at.")


@pytest.mark.parametrize("policy", [replace(POLICY, closed="Closed."), replace(POLICY, held="Held.")])
def test_an_approved_stranger_waits_for_a_window_and_a_free_environment(policy: Policy) -> None:
    answer = of_stranger(policy, gate=GateState.APPROVED)
    assert (answer.verdict, answer.text) == (Verdict.WAIT, policy.closed or policy.held)
    assert of_stranger(policy, gate=GateState.REJECTED).verdict is Verdict.REJECT


def test_where_the_policy_asks_for_no_approvals_a_stranger_needs_none() -> None:
    policy = replace(POLICY, needs_approval=False)
    answer = of_stranger(policy)
    assert (answer.verdict, answer.text) == (Verdict.APPROVE, "The policy asks for no approvals.")
    assert of_stranger(policy, gate=GateState.WAITING) == answer, "a gate from before it changed"
    assert of_stranger(replace(policy, held="Held.")).verdict is Verdict.WAIT


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (Policy(), "no environment `production`"),
        (replace(POLICY, refuses_fork=True), "allow_forks"),
        (replace(POLICY, plans_apart=True), "by `/deploy`"),
    ],
)
def test_what_the_policy_forbids_nobody_can_approve(policy: Policy, said: str) -> None:
    answer = of_stranger(policy, gate=GateState.APPROVED)
    assert answer.verdict is Verdict.REJECT
    assert said in answer.text


def test_a_policy_with_mistakes_is_waited_for() -> None:
    answer = of_stranger(Policy(mistakes=("1:2 <b>", "b", "c", "d")))
    assert answer.verdict is Verdict.WAIT
    assert answer.text.endswith("1:2 &lt;b&gt;; b; c")


def test_a_plan_that_cannot_be_read_is_not_approved() -> None:
    answer = of_stranger(gate=GateState.APPROVED, problem="No plan.")
    assert answer == Answer(verdict=Verdict.REJECT, text="No plan.")


def test_nothing_is_answered_where_nothing_waits() -> None:
    facts = replace(FACTS, is_gone=True, is_our_callback=False)
    assert decide_protection(facts).verdict is Verdict.GONE


def test_a_foreign_callback_is_refused_whatever_else_holds() -> None:
    facts = replace(FACTS, dispatched=DEPLOYMENT, is_our_callback=False)
    answer = decide_protection(facts)
    assert (answer.verdict, "callback" in answer.text) == (Verdict.REJECT, True)


def test_it_is_answered_before_github_gives_up() -> None:
    for facts in (replace(FACTS, policy=POLICY), replace(FACTS, dispatched=DEPLOYMENT)):
        assert decide_protection(replace(facts, at=ASKED + LONGEST)).verdict is Verdict.REJECT


def test_what_was_not_looked_at_waits() -> None:
    assert decide_protection(FACTS).verdict is Verdict.WAIT


def test_the_jobs_of_a_matrix_stand_in_one_line_and_at_one_gate() -> None:
    def asked(guid: str, environment: str = "production", run: int = 5) -> ProtectionRequest:
        return ProtectionRequest(
            repository=REPOSITORY,
            workflow_run_id=run,
            environment=environment,
            sender=Actor(id=1, login="ann"),
            guid=guid,
        )

    one, other = asked("a"), asked("b", "Production")
    assert one.start().run_id != other.start().run_id
    assert one.start().partition == other.start().partition
    assert one.gate_id(1) == other.gate_id(1)
    assert (
        len({one.gate_id(1), one.gate_id(2), asked("a", "staging").gate_id(1), asked("a", run=6).gate_id(1)})
        == 4
    )
