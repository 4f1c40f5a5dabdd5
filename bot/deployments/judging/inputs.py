"""Says which inputs a workflow of a deployment is given: only what it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gates.model import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.deployments.model import DeployRequest, Rollout


ARTIFACT = "artifact_digest"  # the input that points to programs that were pushed before
PLANS, APPLIES = "plan", "apply"  # the input `stage`, by which one workflow can plan and apply in two runs


def inputs_of_plan(rollout: Rollout, request: DeployRequest, own: Mapping[str, str]) -> tuple[Parameter, ...]:
    """This function will return the inputs of the workflow that only plans."""
    given = dict(rollout.config.inputs) | {one.name: one.value for one in rollout.parameters}
    given |= {"environment": rollout.environment, "sha": str(rollout.sha), "task": str(request.task)}
    given["stage"] = PLANS
    return _declared(given | dict(own), rollout.plan_declared)


def inputs_of_rollout(rollout: Rollout, own: Mapping[str, str]) -> tuple[Parameter, ...]:
    """This function will return the inputs of the workflow that deploys.

    Args:
        rollout: What is deployed.
        own: What the bot has to say: deployment_id, lease_token, stage, canary, plan_digest, plan_run_id. An empty
            value is not given, and nothing of it can be overridden by a parameter.
    """
    return _declared({one.name: one.value for one in rollout.inputs} | dict(own), rollout.declared)


def _declared(given: Mapping[str, str], declared: tuple[str, ...]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name=name, value=value) for name, value in given.items() if name in declared and value
    )
