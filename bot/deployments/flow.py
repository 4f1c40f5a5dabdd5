"""The story of a deployment: checked again, made on GitHub, dispatched, followed to its end, said in the receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason, Refused, Status
from bot.commands.receipts import write_receipt
from bot.commands.render import failed_by
from bot.decisions.model import Outcome
from bot.deployments.effects import Deploying, dispatch, make_deployment, report
from bot.deployments.fact_model import DeployFacts
from bot.deployments.facts import gather
from bot.deployments.following import follow
from bot.deployments.rules import decide_deploy, rollout_of
from bot.deployments.store import follower
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.github.errors import GitHubError
from bot.github.models import DeploymentState
from bot.markdown import escape

if TYPE_CHECKING:
    from bot.commands.model import Receipt
    from bot.commands.spec import Services
    from bot.deployments.model import DeployRequest, RelayRequest, Rollout
    from bot.engine.model import Run
    from bot.storage.database import Database

_log = structlog.get_logger()
SETTLE = timedelta(seconds=5)


async def deploy(
    run: Run, request: DeployRequest, *, services: Services, database: Database, settle: timedelta = SETTLE
) -> None:
    """This function will deploy the head that was accepted, or say why not, and obey what is left of the comment."""
    repo = services.repository(request.repository)
    decided = await _decide(run, request, services)
    if isinstance(decided, Refused):
        receipt = replace(request.receipt, status=Status.REFUSED, reason=decided.reason, text=decided.text)
    else:
        work = Deploying(
            request=request,
            rollout=decided,
            repo=repo,
            effects=services.effects,
            database=database,
            settle=settle,
        )
        receipt = await _carry_out(run, work)
    rest = request.then
    if rest is not None and receipt.status is not Status.SUCCEEDED:
        receipt = replace(receipt, not_run=tuple(command.line for command in rest.commands))
        rest = None
    await write_receipt(run, receipt, repo=repo, effects=services.effects)
    _log.info("deployment_ended", key=request.key, status=receipt.status, reason=receipt.reason)
    if rest is not None:
        await run.send(rest.start())


async def relay(run: Run, request: RelayRequest, *, database: Database) -> None:
    """This function will tell the flow that follows this workflow run, if one does, that there is news."""
    repository_id, workflow_run_id = request.repository.id, request.workflow_run_id
    run_id = await run.step(
        "follower",
        lambda: database.read(lambda connection: follower(connection, repository_id, workflow_run_id)),
        returns=str | None,
    )
    if run_id is not None:
        key = f"{workflow_run_id}-{request.attempt}-{request.action}"
        await run.send(
            Signal(
                run_id=run_id,
                topic=NEWS,
                message=News(about=About.WORKFLOW_RUN, text=request.action),
                key=key,
            )
        )


async def _decide(run: Run, request: DeployRequest, services: Services) -> Rollout | Refused:
    repo = services.repository(request.repository)
    try:
        now = await run.now()
        facts = await run.step(
            "facts",
            lambda: gather(repo, request, database=services.database, now=now),
            returns=DeployFacts,
        )
    except GitHubError as error:
        text = f"GitHub could not say whether this may be deployed ({escape(str(error))}). Write the command again."
        return Refused(reason=Reason.COULD_NOT_VERIFY, text=text)
    decision = decide_deploy(facts)
    if decision.outcome is not Outcome.PROCEED:
        return Refused(reason=Reason(decision.reason), text=decision.text)
    return rollout_of(facts)


async def _carry_out(run: Run, work: Deploying) -> Receipt:
    """Make the deployment, dispatch its workflow and follow it; return the receipt as it stands at the end."""
    try:
        deployment_id = await run.step("deployment", lambda: make_deployment(work), returns=int)
    except GitHubError as error:
        return _failed(work, error)
    try:
        workflow_run_id = await run.step("dispatch", lambda: dispatch(work, deployment_id), returns=int)
    except GitHubError as error:
        await _give_up(run, work, deployment_id)
        return _failed(work, error)
    return await follow(run, work, deployment_id, workflow_run_id)


async def _give_up(run: Run, work: Deploying, deployment_id: int) -> None:
    text = "The workflow could not be dispatched."
    try:
        await run.step(
            "status error",
            lambda: report(work, deployment_id, DeploymentState.ERROR, text=text, log_url=""),
            returns=None,
        )
    except GitHubError as error:
        _log.warning("deployment_status_not_written", deployment_id=deployment_id, error=str(error))


def _failed(work: Deploying, error: GitHubError) -> Receipt:
    failed = failed_by(error)
    return replace(work.request.receipt, status=Status.FAILED, reason=failed.reason, text=failed.text)
