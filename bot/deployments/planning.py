"""Has the change planned, and reads what the plan would do from what the planning job left behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.deployments.effects import Dispatch
from bot.deployments.following import Seen, Watching, follow, look, start
from bot.deployments.health.verification import Stopped
from bot.deployments.judging.inputs import inputs_of_plan
from bot.deployments.model import Stage
from bot.deployments.render import render_failure, render_planning
from bot.gates.model import PlanSummary  # noqa: TC001 - msgspec reads the annotations at run time
from bot.gates.plans import PlanProblem, read_plan
from bot.github.errors import GitHubError
from bot.github.models import Conclusion
from bot.markdown import escape

if TYPE_CHECKING:
    from bot.config.policy import PlanConfig
    from bot.deployments.underway import Underway
    from bot.github.run_models import WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan that was made by a workflow run of its own."""

    plan: PlanSummary
    run: WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What reading the plan gave; exactly one of the two."""

    plan: PlanSummary | None = None
    problem: str = ""  # safe Markdown
    reason: Reason = Reason.PLAN_MISSING


async def make_plan(underway: Underway, workflow: str, config: PlanConfig) -> Planned | Stopped:
    """This function will dispatch the workflow that only plans, and return the plan when it has ended.

    Raises:
        GitHubError: it could not be dispatched.
    """
    work, row = underway.work, underway.row
    own = {"deployment_id": str(row.deployment_id or ""), "lease_token": str(row.lease_token)}
    wanted = Dispatch(
        what="plan",
        workflow=workflow,
        inputs=inputs_of_plan(work.rollout, work.request, own),
        deployment_id=row.deployment_id,
    )
    workflow_run_id = await start(underway, wanted)
    if isinstance(workflow_run_id, Stopped):
        return workflow_run_id
    return await follow_plan(underway, workflow_run_id, config)


async def follow_plan(underway: Underway, workflow_run_id: int, config: PlanConfig) -> Planned | Stopped:
    """This function will follow the planning run to its end and read what it left behind."""

    async def watch(seen: Seen) -> Stopped | None:
        text = render_planning(underway.work.rollout, seen.run.html_url)
        if underway.row.stage is not Stage.PLANNING:
            await underway.enter(Stage.PLANNING, text, seen=seen.run)
        await underway.say(Status.RUNNING, Reason.WORKFLOW_RUNNING, text)
        return None

    seen = await follow(underway, workflow_run_id, Watching(look=watch))
    if isinstance(seen, Stopped):
        return seen
    if seen.run.conclusion is not Conclusion.SUCCESS:
        return Stopped(
            reason=Reason.PLAN_FAILED, text=render_failure(underway.work.rollout, seen.run, seen.red)
        )
    plan = await plan_of(underway, seen.run, config)
    return plan if isinstance(plan, Stopped) else Planned(plan=plan, run=seen.run)


async def plan_of(underway: Underway, run: WorkflowRun, config: PlanConfig) -> PlanSummary | Stopped:
    """This function will read the plan that a workflow run has left behind."""
    repo = underway.work.repo

    async def read() -> _Read:
        found = await read_plan(repo, run.id, config.artifact, run_url=run.html_url)
        if isinstance(found, PlanProblem):
            return _Read(problem=found.text, reason=found.reason)
        return _Read(plan=found)

    try:
        found = await underway.persist("plan", read, returns=_Read)
    except GitHubError as error:
        return Stopped(reason=Reason.COULD_NOT_VERIFY, text=escape(str(error)))
    if isinstance(found, Stopped):
        return found
    if found.plan is None:
        return Stopped(reason=found.reason, text=found.problem)
    underway.row = replace(underway.row, plan_digest=found.plan.digest)
    return found.plan


async def was_run_again(underway: Underway, planned: Planned) -> bool:
    """This function will say whether somebody had the plan made anew since it was read."""
    seen = await look(underway, planned.run.id)
    return seen is not None and seen.run.attempt > planned.run.attempt
