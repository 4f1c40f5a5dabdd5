"""Puts a deployment into its environment: dispatched, followed by its jobs, verified, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason, Status
from bot.deployments.canary import ALL, PromotionWork, await_promotion, canary_steps
from bot.deployments.effects import Dispatch
from bot.deployments.ending import end_of_run, end_of_stop
from bot.deployments.following import Seen, Watching, follow, start
from bot.deployments.health.verification import Stopped, Unhealthy, Verified, VerifyWork, verify
from bot.deployments.judging.inputs import APPLIES, ARTIFACT, PLANS, inputs_of_rollout
from bot.deployments.looking import Looking
from bot.deployments.model import End, Stage, Task
from bot.deployments.render import (
    render_going,
    render_planned,
    render_planning,
    render_promoting,
    render_red,
    render_success,
    render_verifying,
)
from bot.deployments.states import has_reached
from bot.gates.plans import read_artifact_digest
from bot.github.errors import GitHubError
from bot.github.models import Conclusion

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.policy import VerifyConfig
    from bot.deployments.gating import AtGate
    from bot.deployments.planning import Planned
    from bot.deployments.underway import Underway
    from bot.github.run_models import WorkflowRun

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwell:
    """The deployment has changed its environment and is not healthy."""

    end: End
    why: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One workflow run that brings the deployment to a share of its environment."""

    percent: int
    is_in_steps: bool
    planned: Planned | None
    pushed: str = (
        ""  # the digest of the programs that the step before has pushed: every step takes the same ones
    )

    @property
    def what(self) -> str:
        return f"apply-{self.percent}" if self.is_in_steps else "apply"


async def apply(underway: Underway, at_gate: AtGate, planned: Planned | None) -> End | Unwell:
    """This function will bring the deployment into its environment, in the steps that the policy asks for.

    Raises:
        GitHubError: a workflow could not be dispatched.
    """
    work, began = underway.work, await underway.run.now()
    steps = (ALL,) if plans_within(underway) else canary_steps(work.rollout.config, work.request)
    pushed = ""
    for percent in steps:
        step = _Step(percent=percent, is_in_steps=steps != (ALL,), planned=planned, pushed=pushed)
        seen = await _take_step(underway, at_gate, step)
        if not isinstance(seen, Seen):
            return seen
        health = await _verify(underway, seen)
        if isinstance(health, End | Unwell):
            return health
        if percent == steps[-1]:
            return await _succeed(underway, seen.run, health, began)
        if ARTIFACT in work.rollout.declared:
            pushed = await _pushed(underway, seen.run)
        stopped = await _promote(underway, percent)
        if stopped is not None:
            return stopped
    raise AssertionError("a policy's steps end with all of the environment")


def plans_within(underway: Underway) -> bool:
    """This function will say whether the deploying workflow itself plans, and then waits at the protection rule."""
    plan, task = underway.work.rollout.config.plan, underway.work.request.task
    return plan is not None and plan.workflow is None and task is Task.DEPLOY


async def _take_step(underway: Underway, at_gate: AtGate, step: _Step) -> Seen | End | Unwell:
    """Dispatch the workflow and follow it to its end."""
    work, is_within = underway.work, plans_within(underway)
    if not is_within:
        underway.row = replace(underway.row, percent=step.percent)
        await underway.enter(Stage.APPLYING, render_going(work.rollout, step.percent))
    inputs = inputs_of_rollout(work.rollout, _own(underway, step))
    underway.row = replace(underway.row, inputs=inputs)
    workflow_run_id = await start(
        underway,
        Dispatch(
            what=step.what,
            workflow=work.rollout.workflow,
            inputs=inputs,
            deployment_id=underway.row.deployment_id,
        ),
    )
    if isinstance(workflow_run_id, Stopped):
        return end_of_stop(workflow_run_id, underway.row.stage)
    if is_within:
        await underway.enter(Stage.PLANNING, render_planning(work.rollout, underway.row.log_url))
    looking = Looking(
        underway=underway, at_gate=at_gate, plan_config=work.rollout.config.plan if is_within else None
    )
    seen = await follow(
        underway, workflow_run_id, Watching(look=looking.look, reads_jobs=True, is_close=looking.is_close)
    )
    if isinstance(seen, Stopped):
        return _planned_only(underway, looking) or end_of_stop(seen, underway.row.stage)
    return await _judge_end(underway, looking, seen)


def _own(underway: Underway, step: _Step) -> dict[str, str]:
    """What the bot itself has to say to the workflow."""
    row, planned = underway.row, step.planned
    own = {
        "deployment_id": str(row.deployment_id) if row.deployment_id > 0 else "",
        "lease_token": str(row.lease_token),
        "stage": _stage(underway, step),
        "canary": str(step.percent) if step.is_in_steps else "",
        "plan_digest": planned.plan.digest if planned else "",
        "plan_run_id": str(planned.run.id) if planned else "",
    }
    return own | {ARTIFACT: step.pushed} if step.pushed else own


def _stage(underway: Underway, step: _Step) -> str:
    """Which part of its work a workflow that both plans and applies is started for; empty for all of it."""
    if underway.work.request.plan_only:
        return PLANS
    return APPLIES if step.planned else ""


def _planned_only(underway: Underway, looking: Looking) -> End | None:
    """The end of what was only to be planned, once the plan is there."""
    if not underway.work.request.plan_only or looking.plan is None:
        return None
    text = render_planned(underway.work.rollout, looking.plan)
    return End(stage=Stage.SUCCEEDED, status=Status.SUCCEEDED, reason=Reason.PLANNED, text=text)


async def _judge_end(underway: Underway, looking: Looking, seen: Seen) -> Seen | End | Unwell:
    rollout = underway.work.rollout
    if seen.run.conclusion is Conclusion.SUCCESS:
        stopped = await looking.look(seen)  # what happened between the last look and the end
        if stopped is not None:
            return end_of_stop(stopped, underway.row.stage)
        return _planned_only(underway, looking) or seen
    end = end_of_run(rollout, seen)
    reached = has_reached(seen.jobs, rollout.config.jobs)
    if end.stage is Stage.FAILED and reached and underway.row.stage is not Stage.PLANNING:
        return Unwell(end=end, why=render_red(seen.run, seen.red))
    return end


async def _verify(underway: Underway, seen: Seen) -> Verified | End | Unwell:
    work = underway.work
    config = work.rollout.config.verify if work.request.task is not Task.TEARDOWN else None
    if config is not None:
        text = render_verifying(work.rollout)
        await underway.enter(Stage.VERIFYING, text, seen=seen.run)
        await underway.say(Status.RUNNING, Reason.WORKFLOW_RUNNING, text)
    found = await verify(underway.run, _watch_health(underway, config))
    if isinstance(found, Stopped):
        return end_of_stop(found, underway.row.stage)
    return unwell(found) if isinstance(found, Unhealthy) else found


def unwell(found: Unhealthy) -> Unwell:
    """This function will make of bad health the end of a deployment."""
    end = End(stage=Stage.FAILED, status=Status.FAILED, reason=Reason.UNHEALTHY, text=found.text)
    return Unwell(end=end, why=found.text)


def _watch_health(underway: Underway, config: VerifyConfig | None) -> VerifyWork:
    return VerifyWork(config=config, pulse=underway.pulse, prober=underway.work.prober)


async def _promote(underway: Underway, percent: int) -> End | Unwell | None:
    """Wait until the next step may begin."""
    rollout = underway.work.rollout
    canary = rollout.config.canary
    if canary is None:
        raise AssertionError("only a canary has several steps")
    wanted = PromotionWork(
        environment=rollout.environment,
        canary=canary,
        percent=percent,
        verify=_watch_health(underway, rollout.config.verify),
        limit=rollout.limit,
    )
    text = render_promoting(rollout, percent, is_manual=wanted.is_manual)
    await underway.enter(Stage.PROMOTING, text)
    await underway.say(Status.WAITING if wanted.is_manual else Status.RUNNING, Reason.WORKFLOW_RUNNING, text)
    found = await await_promotion(underway.run, wanted)
    if isinstance(found, Stopped):
        return end_of_stop(found, underway.row.stage)
    return unwell(found) if isinstance(found, Unhealthy) else None


async def _succeed(underway: Underway, run: WorkflowRun, health: Verified, began: datetime) -> End:
    digest = await _pushed(underway, run)
    is_good = underway.work.request.task is not Task.TEARDOWN
    underway.row = replace(underway.row, is_good=is_good, artifact_digest=digest)
    took = await underway.run.now() - began
    text = render_success(underway.work.rollout, run, took, health.text)
    return End(stage=Stage.SUCCEEDED, status=Status.SUCCEEDED, reason=Reason.DONE, text=text)


async def _pushed(underway: Underway, run: WorkflowRun) -> str:
    repo = underway.work.repo
    try:
        return await underway.run.step("artifact", lambda: read_artifact_digest(repo, run.id), returns=str)
    except GitHubError as error:
        _log.warning("artifact_digest_not_read", workflow_run_id=run.id, error=str(error))
        return ""
