"""What comes before a deployment applies: the plan by a workflow of its own, the gate, everything asked once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.deployments.applying import plans_within
from bot.deployments.ending import end_of_stop
from bot.deployments.health.verification import Stopped
from bot.deployments.model import End, Stage, Task
from bot.deployments.planning import Planned, follow_plan, make_plan, was_run_again
from bot.deployments.render import render_planned

if TYPE_CHECKING:
    from bot.config.policy import PlanConfig
    from bot.deployments.gating import AtGate
    from bot.deployments.underway import Underway


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Nothing stands between the deployment and its environment any more."""

    planned: Planned | None = None


async def prepare(underway: Underway, at_gate: AtGate) -> Ready | End:
    """This function will have the change planned and approved, where the policy asks for it.

    A deploying workflow that plans by itself is dispatched at once: GitHub holds the job that applies.

    Raises:
        GitHubError: the planning workflow could not be dispatched.
    """
    if plans_within(underway):
        return Ready()
    config = underway.work.rollout.config.plan
    if config is None or config.workflow is None or underway.work.request.task is not Task.DEPLOY:
        return await _without_plan(underway, at_gate)
    planned = await make_plan(underway, config.workflow, config)
    while isinstance(planned, Planned):
        if underway.work.request.plan_only:
            return _planned_only(underway, planned)
        passed = await _pass(underway, at_gate, planned)
        if isinstance(passed, Stopped):
            return end_of_stop(passed, underway.row.stage)
        if passed:
            return Ready(planned=planned)
        planned = await _plan_again(underway, planned, config)
    return end_of_stop(planned, underway.row.stage)


async def _without_plan(underway: Underway, at_gate: AtGate) -> Ready | End:
    if not at_gate.is_needed:
        return Ready()
    passed = await _pass(underway, at_gate, None)
    return end_of_stop(passed, underway.row.stage) if isinstance(passed, Stopped) else Ready()


async def _pass(underway: Underway, at_gate: AtGate, planned: Planned | None) -> bool | Stopped:
    """Wait until the deployment may go on; False where the plan was made anew meanwhile, which is another plan."""
    if at_gate.is_needed:
        await at_gate.open(planned.plan if planned else None, None)
    while True:
        if planned is not None and await was_run_again(underway, planned):
            return False
        state = await at_gate.read()
        if state.is_over:
            return at_gate.refusal()
        stopped = await at_gate.confirm() if at_gate.is_open else None
        if stopped is None and at_gate.is_open:
            return True
        stopped = stopped or await at_gate.wait()
        if stopped is not None:
            return stopped


async def _plan_again(underway: Underway, planned: Planned, config: PlanConfig) -> Planned | Stopped:
    """Follow the plan that somebody had made anew."""
    return await follow_plan(underway, planned.run.id, config)


def _planned_only(underway: Underway, planned: Planned) -> End:
    text = render_planned(underway.work.rollout, planned.plan)
    return End(stage=Stage.SUCCEEDED, status=Status.SUCCEEDED, reason=Reason.PLANNED, text=text)
