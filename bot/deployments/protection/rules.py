"""Decides what a protection rule answers: pure, and with a word for every case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.deployments.model import Stage
from bot.deployments.protection.model import Answer, Verdict
from bot.deployments.states import is_over
from bot.gates.model import GateState
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.deployments.protection.model import Dispatched, Policy, ProtectionFacts

# GitHub fails what has waited for 30 days by itself, without a word.
# https://docs.github.com/en/actions/reference/limits
LONGEST = timedelta(days=29)
# How long the bot may take to remember a run that it has dispatched.
FORGETFUL = timedelta(minutes=10)
APPLIES = frozenset({Stage.APPLYING, Stage.VERIFYING, Stage.PROMOTING})
_MOST_MISTAKES = 3


def decide_protection(facts: ProtectionFacts) -> Answer:
    """This function will decide whether what waits for the environment may go on."""
    if facts.is_gone:
        return Answer(verdict=Verdict.GONE, text="Nothing waits any more.")
    if not facts.is_our_callback:
        return _reject("The request names a callback that does not lie on the API this bot is set up for.")
    if facts.at - facts.asked_at >= LONGEST:
        return _reject("Nobody decided within 29 days. Run the workflow again to ask again.")
    if facts.dispatched is not None:
        return _of_deployment(facts, facts.dispatched)
    if facts.is_sent_by_us:
        return _of_forgotten(facts)
    return _of_stranger(facts, facts.policy) if facts.policy is not None else _wait("It is being looked at.")


def _of_deployment(facts: ProtectionFacts, dispatched: Dispatched) -> Answer:
    asked, own = code(facts.environment), code(dispatched.environment)
    if dispatched.environment.casefold() != facts.environment.casefold():
        return _reject(f"This is a deployment to {own}, and nobody asked for {asked}.")
    if not dispatched.is_deploying:
        return _reject(f"A plan does not reach {asked}. Give the planning job credentials of its own.")
    if is_over(dispatched.stage):
        return _reject("Only a plan was asked for." if dispatched.is_plan else "The deployment is over.")
    return _under_way(dispatched, asked)


def _under_way(dispatched: Dispatched, asked: str) -> Answer:
    if dispatched.is_plan:
        return _wait("Only a plan was asked for; it will not be applied.")
    if dispatched.stage not in APPLIES:
        return _wait(dispatched.text or "The deployment is not ready to be applied.")
    against = dispatched.text if dispatched.is_rejected else dispatched.problem
    if against:
        return _reject(against)
    if not dispatched.has_lease:
        return _reject(f"The deployment has lost {asked} to another one.")
    said = dispatched.text or "Everything that the policy asks for is there."
    return Answer(verdict=Verdict.APPROVE, text=said)


def _of_forgotten(facts: ProtectionFacts) -> Answer:
    if facts.at - facts.asked_at < FORGETFUL:
        return _wait("The deployment is being looked for.")
    return _reject("No deployment is known to which this run belongs. Ask for it again by `/deploy`.")


def _of_stranger(facts: ProtectionFacts, policy: Policy) -> Answer:
    barred = _barred(facts, policy)
    if barred is not None:
        return barred
    gate = facts.gate
    if policy.needs_approval:
        if gate is None:
            return _wait("It is being looked at.")
        if gate.state.is_over:
            return _reject(gate.text)
        if gate.state is GateState.WAITING:
            return _wait(gate.text)
    if policy.closed or policy.held:
        return _wait(policy.closed or policy.held)
    said = gate.text if gate is not None and policy.needs_approval else "The policy asks for no approvals."
    return Answer(verdict=Verdict.APPROVE, text=said)


def _barred(facts: ProtectionFacts, policy: Policy) -> Answer | None:
    """What keeps a run out whoever approves it."""
    environment = code(facts.environment)
    if policy.mistakes:
        listed = "; ".join(escape(mistake) for mistake in policy.mistakes[:_MOST_MISTAKES])
        return _wait(
            f"The configuration on the default branch has mistakes, to be corrected there first: {listed}"
        )
    if not policy.is_configured:
        return _reject(
            f"The configuration on the default branch has no environment {environment}. Somebody who may change "
            "that branch can add it, or an administrator can switch this protection rule off."
        )
    if policy.refuses_fork:
        return _reject(f"{environment} takes nothing from forks, unless the policy says `allow_forks`.")
    if policy.plans_apart:
        return _reject(f"{environment} is planned before it is applied. Ask for it by `/deploy`.")
    return _reject(facts.problem) if facts.problem else None


def _wait(text: str) -> Answer:
    return Answer(verdict=Verdict.WAIT, text=text)


def _reject(text: str) -> Answer:
    return Answer(verdict=Verdict.REJECT, text=text)
