"""Carries a decided deployment out under its lease, from GitHub's deployment to its end; unwell, it is put back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason, Status
from bot.commands.render import failed_by
from bot.deployments.applying import Unwell, apply
from bot.deployments.effects import make_deployment
from bot.deployments.gating import AtGate
from bot.deployments.model import DeploymentRow, End, Stage
from bot.deployments.preparing import prepare
from bot.deployments.render import render_broken, render_created, render_unwell, render_with_page
from bot.deployments.rollback.story import Delivered, RollBack, roll_back
from bot.deployments.underway import Underway
from bot.engine.recording import StepFailedError
from bot.github.errors import GitHubError
from bot.github.models import DeploymentState

if TYPE_CHECKING:
    from bot.deployments.effects import Deploying
    from bot.deployments.leases.model import Lease
    from bot.deployments.model import DeployRequest, Rollout
    from bot.engine.model import Run

_log = structlog.get_logger()
_BACK = "rollback-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How it ended, and what is known of it then."""

    end: End
    underway: Underway | None = None  # None where GitHub did not even take the deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a deployment is carried out by: the decision for it, and the environment."""

    lease: Lease
    decision_id: str
    prefix: str = ""


async def carry_out(run: Run, work: Deploying, granted: Granted) -> Carried:
    """This function will deploy what was decided and return how it ended; the lease stays as it is."""
    try:
        underway = await _begin(run, work, granted)
    except GitHubError as error:
        return Carried(end=_failed(error))
    at_gate = AtGate(underway=underway)
    outcome = await _go(underway, at_gate)
    if isinstance(outcome, End):
        await at_gate.close(outcome)
        end = await underway.finish(outcome)
    else:
        await at_gate.close(outcome.end)
        await underway.finish(outcome.end)
        end = await _put_back(underway, outcome)
    return Carried(end=replace(end, text=render_with_page(end.text, underway.page)), underway=underway)


async def _begin(run: Run, work: Deploying, granted: Granted) -> Underway:
    request, rollout = work.request, work.rollout
    now = await run.now()
    deployment_id = 0
    if not request.plan_only:
        deployment_id = await run.step("deployment", lambda: make_deployment(work), returns=int)
    row = DeploymentRow(
        repository_id=request.repository.id,
        deployment_id=deployment_id,
        number=request.number,
        environment=rollout.environment,
        sha=rollout.sha,
        workflow_run_id=0,
        run_id=run.id,
        state=DeploymentState.PENDING,
        updated_at=now,
        stage=Stage.CHECKING,
        task=request.task,
        tree=rollout.tree,
        author=request.author,
        parameters=rollout.parameters,
        workflow=rollout.workflow,
        decision_id=granted.decision_id,
        lease_token=granted.lease.token,
        percent=0,
        created_at=now,
    )
    underway = Underway(
        run=run, work=work, lease=granted.lease, renewed_at=now, row=row, prefix=granted.prefix
    )
    await underway.enter(Stage.CREATED, render_created(rollout))
    return underway


async def _go(underway: Underway, at_gate: AtGate) -> End | Unwell:
    try:
        ready = await prepare(underway, at_gate)
        return ready if isinstance(ready, End) else await apply(underway, at_gate, ready.planned)
    except GitHubError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001 - whatever happens, people get an answer
        _log.exception("deployment_broken", run_id=underway.run.id)
        underway.is_loose = underway.lease.workflow_run_id is not None
        return broken(error)


def broken(error: Exception) -> End:
    """This function will make the end of a deployment in the middle of which the bot failed."""
    kind = error.kind if isinstance(error, StepFailedError) else type(error).__name__
    return End(stage=Stage.ERRORED, status=Status.FAILED, reason=Reason.BOT_FAILED, text=render_broken(kind))


def _failed(error: GitHubError) -> End:
    failed = failed_by(error)
    return End(stage=Stage.ERRORED, status=Status.FAILED, reason=failed.reason, text=failed.text)


async def _put_back(underway: Underway, unwell: Unwell) -> End:
    """Put the last known good deployment back, under the same lease."""
    work = underway.work
    text = render_unwell(work.rollout, unwell.why)
    await underway.say(Status.RUNNING, Reason.UNHEALTHY, text)

    async def deliver(request: DeployRequest, rollout: Rollout) -> Delivered:
        return await _deliver(underway, request, rollout)

    back = RollBack(
        request=work.request,
        rollout=work.rollout,
        deployment_id=underway.row.deployment_id,
        why=unwell.why,
        deliver=deliver,
    )
    ended = await roll_back(underway.run, back, services=work.services)
    reason = unwell.end.reason if ended.reason is Reason.UNHEALTHY else ended.reason
    return End(
        stage=Stage.FAILED, status=Status.FAILED, reason=reason, text=f"{text}\n\n{ended.text}".strip()
    )


async def _deliver(underway: Underway, request: DeployRequest, rollout: Rollout) -> Delivered:
    granted = Granted(lease=underway.lease, decision_id=underway.row.decision_id, prefix=_BACK)
    carried = await carry_out(underway.run, replace(underway.work, request=request, rollout=rollout), granted)
    if carried.underway is None:
        return Delivered(succeeded=False, text=carried.end.text)
    underway.lease, underway.is_loose = carried.underway.lease, carried.underway.is_loose
    return Delivered(
        succeeded=carried.end.stage is Stage.SUCCEEDED,
        text=carried.end.text,
        deployment_id=carried.underway.row.deployment_id,
    )
