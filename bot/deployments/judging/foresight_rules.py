"""Foresees a deployment: its decision, whether the environment is free, who would be asked, what would be started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.policy import parse_duration
from bot.decisions.model import Condition, Outcome, Standing, conclude
from bot.deployments.judging.rules import decide_deploy, rollout_of
from bot.deployments.leases.model import Ask, Holder, HoldKind, Locked
from bot.deployments.leases.render import refuse_closed, render_lease
from bot.deployments.leases.rules import decide_take
from bot.deployments.model import Task
from bot.gates.judging import render_approvers
from bot.markdown import code

if TYPE_CHECKING:
    from bot.config.policy import EnvironmentConfig
    from bot.decisions.model import Decision
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.deployments.leases.model import Line
    from bot.deployments.model import DeployRequest


def foresee_deploy(request: DeployRequest, facts: DeployFacts, line: Line | None) -> Decision:
    """This function will decide as for the deployment itself, and add what comes after that decision.

    Args:
        request: what would be asked for.
        facts: everything as it stands now.
        line: who holds the environment and who waits; None where that could not be read.
    """
    decision = decide_deploy(facts)
    policy = facts.policy
    if policy is None:
        return decision
    conditions = [
        *decision.conditions,
        lease_condition(request, facts, policy, line),
        gate_condition(facts, policy),
    ]
    if decision.outcome is Outcome.PROCEED and request.task is Task.DEPLOY:
        conditions.append(rollout_condition(facts, policy))
    return conclude(decision.kind, tuple(conditions))


def lease_condition(
    request: DeployRequest, facts: DeployFacts, policy: EnvironmentConfig, line: Line | None
) -> Condition:
    """This function will say whether the environment would be free for the deployment."""
    name = "lease"
    if line is None:
        text = f"Who holds {code(facts.environment)} could not be read, and so nothing is deployed there."
        who = "Whoever runs this bot can look into its database."
        return Condition(
            name=name, standing=Standing.UNKNOWN, text=text, reason=Reason.LEASE_UNREADABLE, who=who
        )
    holder = Holder(
        run_id=request.run_id,
        kind=HoldKind.DEPLOY,
        person=request.author,
        number=request.number,
        sha=request.head_sha,
    )
    ask = Ask(holder=holder, length=parse_duration(policy.lease), task=request.task)
    taking = decide_take(line, ask, now=facts.now)
    if taking is None:
        return Condition(name=name, standing=Standing.MET, text=f"{code(facts.environment)} is free.")
    if isinstance(taking, Locked):
        refusal = refuse_closed(taking.lease, now=facts.now, web_url=facts.web_url)
        return Condition(name=name, standing=Standing.UNMET, text=refusal.text, reason=refusal.reason)
    held = render_lease(taking.lease, now=facts.now, web_url=facts.web_url) if taking.lease else ""
    text = f"It would be number {taking.position} in the queue. {held}".strip()
    return Condition(name=name, standing=Standing.PENDING, text=text, reason=Reason.IN_TURN)


def gate_condition(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will say whose approval the deployment would need, and wait for."""
    approvals = policy.approvals
    exempt = facts.asked.task is not Task.DEPLOY
    if approvals is None or exempt:
        text = f"A {facts.asked.task} is exempt." if exempt else "No approval is asked for."
        return Condition(name="approvals", standing=Standing.WAIVED, text=text)
    people = f"{approvals.count} {'person' if approvals.count == 1 else 'people'}"
    text = f"It would wait up to {code(approvals.expires)} for the approval of {people}"
    return Condition(
        name="approvals",
        standing=Standing.PENDING,
        text=f"{text}{' of the plan that it makes' if policy.plan is not None else ''}.",
        reason=Reason.WAITING_FOR_APPROVAL,
        who=f"{render_approvers(approvals)}, and nobody who has written the change.",
    )


def rollout_condition(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will say what would be started, with which inputs, and what comes after it."""
    rollout = rollout_of(facts)
    steps = []
    if policy.plan is not None:
        steps.append(f"plan by {code(policy.plan.workflow or rollout.workflow)}")
    steps.append(f"start {code(rollout.workflow)} on {code(rollout.ref)} for {code(rollout.sha[:7])}")
    if policy.canary is not None and (policy.canary.always or facts.asked.canary):
        steps.append(f"go out in steps of {', '.join(f'{percent} %' for percent in policy.canary.steps)}")
    if policy.verify is not None:
        checks = len(policy.verify.http)
        steps.append(
            f"watch {checks} address{'es' * (checks != 1)} for {code(policy.verify.duration)}"
            + (", and roll back once if unhealthy" if policy.rollback.automatic else "")
        )
    inputs = tuple(
        Condition(name=one.name, standing=Standing.MET, text=code(one.value) or "empty")
        for one in rollout.inputs
    )
    return Condition(
        name="rollout", standing=Standing.MET, text=f"It would {', then '.join(steps)}.", parts=inputs
    )
