"""Decides whether a deployment may happen, from facts alone; what cannot be read blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Reason, Refused
from bot.config.parameter_values import RESERVED
from bot.decisions.model import Condition, Standing, conclude
from bot.deployments.judging.conditions import (
    asking,
    change,
    checks,
    closing,
    order,
    parameters,
    place,
    workflow,
)
from bot.deployments.model import Rollout, Task
from bot.gates.model import Parameter
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.config.policy import EnvironmentConfig
    from bot.decisions.model import Decision
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.deployments.model import DeploymentRow
    from bot.github.models import Sha

_SHA = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)

# In the order in which they are told: the first that blocks is the answer.
_OF_ASKING: tuple[Callable[[DeployFacts], Condition], ...] = (
    asking.role,
    asking.pull_request,
    asking.head,
    place.configuration,
    place.environment,
)
_IN_ENVIRONMENT: Mapping[str, Callable[[DeployFacts, EnvironmentConfig], Condition]] = {
    "fork": change.fork,
    "branch": change.branch,
    "workflow": workflow.workflow,
    "parameters": parameters.parameters,
    "plan": closing.plan,
    "keep": closing.keep,
    "checks": checks.checks,
    "reviews": change.reviews,
    "mergeable": change.mergeable,
    "up_to_date": change.up_to_date,
    "order": order.order,
    "freeze": closing.freeze,
    "budget": closing.budget,
    "protection_rule": closing.protection_rule,
}
_OF_ROLLBACK = {"role", "environment", "workflow"}
_NOT_OF_PLAN = frozenset(
    {"keep", "checks", "reviews", "mergeable", "up_to_date", "order", "freeze", "budget"}
)


def refuse_sha(prefix: str, head: Sha) -> Refused | None:
    """This function will refuse a SHA that is not the head's, and return None where it is or none was given."""
    if not prefix or (_SHA.fullmatch(prefix) and head.startswith(prefix.lower())):
        return None
    if not _SHA.fullmatch(prefix):
        text = f"{code(prefix)} is not a commit SHA; write 7 to 40 hexadecimal digits."
        return Refused(reason=Reason.SHA_NOT_HEAD, text=text)
    text = f"{code(prefix)} is not the head of this pull request, which is {code(head[:7])}; only the head is deployed."
    return Refused(reason=Reason.SHA_NOT_HEAD, text=text)


def decide_deploy(facts: DeployFacts) -> Decision:
    """This function will decide whether what was asked for may happen now; a rollback is decided by its own rules.

    Facts of a rollback or a teardown are held against the role, the environment and the workflow only.
    """
    match facts.asked.task:
        case Task.DEPLOY:
            waived = _NOT_OF_PLAN if facts.asked.plan_only else frozenset[str]()
            conditions = tuple(
                _waived(each, "a plan, which changes nothing") if each.name in waived else each
                for each in _conditions(facts)
            )
            return conclude("deploy", conditions)
        case Task.ROLLBACK | Task.TEARDOWN:
            return decide_rollback(facts)
        case _:
            assert_never(facts.asked.task)


def decide_rollback(facts: DeployFacts) -> Decision:
    """This function will decide whether the environment may be put back or taken down now.

    Its conditions are the role, the environment and the workflow; the others do not apply, and say so. Where the
    configuration has mistakes, it does with the environment as it was last deployed to.
    """
    binding = _OF_ROLLBACK if facts.policy is not None else _OF_ROLLBACK | {"configuration"}
    conditions = tuple(
        each if each.name in binding else _waived(each, f"a {facts.asked.task}")
        for each in _conditions(facts)
    )
    return conclude(facts.asked.task, conditions)


def _conditions(facts: DeployFacts) -> tuple[Condition, ...]:
    asked = tuple(condition(facts) for condition in _OF_ASKING)
    policy = facts.policy
    if policy is None:
        return asked
    return (*asked, *(condition(facts, policy) for condition in _IN_ENVIRONMENT.values()))


def _waived(condition: Condition, what: str) -> Condition:
    text = f"It does not apply to {what}."
    return Condition(name=condition.name, standing=Standing.WAIVED, text=text)


def rollout_of(facts: DeployFacts) -> Rollout:
    """This function will say what is done where the decision is to go ahead.

    Raises:
        ValueError: the facts know no environment or no workflow; then the decision was another one.
    """
    pull, policy = facts.pull, _policy(facts)
    given = parameters.effective_parameters(facts, policy)
    inputs = dict(policy.inputs) | {one.name: one.value for one in given}
    ref = pull.head_ref if facts.runs_at_head else facts.asked.default_branch
    return _rollout(facts, sha=pull.head_sha, ref=ref, inputs=inputs, given=given)


def rollout_back(facts: DeployFacts, target: DeploymentRow) -> Rollout:
    """This function will say what puts a known good deployment back: its SHA with its own inputs and parameters.

    Raises:
        ValueError: the facts know no environment or no workflow; then the decision was another one.
    """
    inputs = {one.name: one.value for one in target.inputs if one.name not in RESERVED}
    # the branch of that commit may be gone: the workflow of the default branch deploys the SHA it is given
    ref = facts.asked.default_branch
    return _rollout(facts, sha=target.sha, ref=ref, inputs=inputs, given=target.parameters)


def _rollout(
    facts: DeployFacts, *, sha: Sha, ref: str, inputs: Mapping[str, str], given: tuple[Parameter, ...]
) -> Rollout:
    policy, found = _policy(facts), facts.workflow
    if found is None:
        raise ValueError("the facts know no workflow")
    own = {"environment": facts.environment, "sha": str(sha), "task": str(facts.asked.task)}
    declared = {name: value for name, value in {**inputs, **own}.items() if name in found.names}
    is_head = sha == facts.pull.head_sha and ref == facts.pull.head_ref
    return Rollout(
        environment=facts.environment,
        workflow=found.file,
        sha=sha,
        ref=ref,
        runs_at_sha=is_head,
        inputs=tuple(Parameter(name=name, value=value) for name, value in declared.items()),
        limit=policy.limit,
        web_url=facts.web_url,
        config=policy,
        parameters=given,
        declared=found.names,
        plan_declared=facts.plan_workflow.names if facts.plan_workflow is not None else (),
        tree=facts.pull.tree if is_head or sha == facts.pull.head_sha else "",
        base_ref=facts.pull.base_ref,
    )


def _policy(facts: DeployFacts) -> EnvironmentConfig:
    if facts.policy is None:
        raise ValueError("the facts know no environment")
    return facts.policy
