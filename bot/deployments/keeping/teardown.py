"""Takes an environment down by the workflow that the repository names for it, and follows that to its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.deployments.keeping.render import Ended, Seen, render_not_taken_down, render_taking_down
from bot.deployments.keeping.teardown_effects import (
    Work,
    decide,
    dispatch,
    make_deployment,
    report,
    write_comment,
)
from bot.deployments.leases.leasing import keep_alive
from bot.deployments.leases.rules import DISPATCHING
from bot.deployments.model import DeploymentRow, Rollout, Stage, Task
from bot.deployments.store import row_of_run, save
from bot.gates.model import NEWS, About, News, Parameter
from bot.github.actions import cancel_run, get_run
from bot.github.errors import GitHubError, NotFound
from bot.github.models import Conclusion, DeploymentState
from bot.github.run_models import WorkflowRun
from bot.markdown import escape

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.deployments.leases.model import Lease
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef

_POLL = timedelta(minutes=1)
_PATIENCE = (timedelta(), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Teardown:
    """An environment that is taken down."""

    repository: RepositoryRef
    hold: Lease  # the keeping of it
    lease: Lease  # of this teardown
    ended: Ended
    length: timedelta  # of the lease, without a sign of life


@dataclass(frozen=True, slots=True, kw_only=True)
class _Under:
    """A teardown on its way."""

    run: Run
    down: Teardown
    work: Work
    rollout: Rollout
    services: Services

    async def alive(self, workflow_run_id: int | None = None) -> bool:
        """Show that it lives, and say whether the environment is still its own."""
        kept = await keep_alive(
            self.run,
            self.down.lease,
            length=self.down.length,
            services=self.services,
            workflow_run_id=workflow_run_id,
        )
        return kept is not None


async def take_down(run: Run, down: Teardown, *, services: Services) -> None:
    """This function will run the environment's teardown workflow and say how it went."""
    row = await run.step(
        "kept deployment",
        lambda: services.database.read(lambda connection: row_of_run(connection, down.hold.holder.run_id)),
        returns=DeploymentRow | None,
    )
    if row is None:
        await _give_up(run, down, "nothing is known of the deployment that it was kept for.", services)
        return
    work = Work(repository=down.repository, run_id=run.id, kept=row, token=down.lease.token)
    decided = await _decide(run, work, services)
    if isinstance(decided, str):
        await _give_up(run, down, decided, services)
        return
    under = _Under(run=run, down=down, work=work, rollout=decided, services=services)
    try:
        begun = await _begin(under)
    except GitHubError as error:
        await _give_up(run, down, f"{escape(str(error))}.", services)
        return
    if begun is not None:
        await _follow(under, begun)


async def say(run: Run, hold: Lease, text: str, *, repository: RepositoryRef, services: Services) -> None:
    """This function will write or edit the one comment about the end of a kept environment."""
    number = hold.holder.number
    if number is None:
        return
    key = f"{repository.id}-{hold.holder.run_id}"
    act = partial(write_comment, services, repository, number=number, key=key, text=text)
    try:
        await run.step("comment", act, returns=None)
    except GitHubError as error:
        _log.warning("teardown_not_told", environment=hold.place.environment, error=str(error))


async def _decide(run: Run, work: Work, services: Services) -> Rollout | str:
    why = ""
    for patience in _PATIENCE:
        await run.sleep(patience)
        now = await run.now()
        try:
            return await run.step("decide", partial(decide, services, work, now=now), returns=Rollout | str)
        except GitHubError as error:
            why = f"{escape(str(error))}."
    return why


async def _begin(under: _Under) -> DeploymentRow | None:
    """Make the deployment and dispatch the workflow; None where the environment was taken away meanwhile."""
    run, work, rollout, services = under.run, under.work, under.rollout, under.services
    made = await run.step("deployment", partial(make_deployment, services, work, rollout), returns=int)
    row = await _row(under, made)
    await _save(under, row)
    if not await under.alive(DISPATCHING):
        await _move(under, replace(row, stage=Stage.ERRORED), DeploymentState.ERROR)
        return None
    try:
        workflow_run_id = await run.step(
            "dispatch", partial(dispatch, services, work, rollout, row), returns=int
        )
    except GitHubError:
        await _move(under, replace(row, stage=Stage.FAILED), DeploymentState.FAILURE)
        raise
    await under.alive(workflow_run_id)
    row = replace(
        row,
        workflow_run_id=workflow_run_id,
        log_url=f"{rollout.web_url}/actions/runs/{workflow_run_id}",
    )
    await _move(under, row, DeploymentState.IN_PROGRESS)
    await _show(under, Seen(url=row.log_url))
    return row


async def _follow(under: _Under, row: DeploymentRow) -> None:
    """Look at the workflow run until it ends or its time is up; who cancels it, or takes the environment, stops it."""
    run, repo = under.run, under.services.repository(under.work.repository)
    began = await run.now()
    seen: WorkflowRun | None = None
    while seen is None or not seen.is_completed:
        if not await under.alive():
            await _cancel(under, row)
            await _move(under, replace(row, stage=Stage.ERRORED), DeploymentState.ERROR)
            return
        try:
            seen = await run.step("look", partial(get_run, repo, row.workflow_run_id), returns=WorkflowRun)
        except NotFound:
            break
        except GitHubError as error:
            _log.warning("teardown_not_read", workflow_run_id=row.workflow_run_id, error=str(error))
        if seen is not None and seen.is_completed:
            break
        if await run.now() - began >= under.rollout.limit:
            await _cancel(under, row)
            break
        news = await run.wait(NEWS, timeout=_POLL, returns=News)
        if news is not None and news.about is About.CANCEL:
            await _cancel(under, row)
    conclusion = seen.conclusion if seen is not None and seen.is_completed else None
    await _finish(under, row, conclusion)


async def _finish(under: _Under, row: DeploymentRow, conclusion: Conclusion | None) -> None:
    await _show(under, Seen(url=row.log_url, is_over=True, conclusion=conclusion))
    if conclusion is not Conclusion.SUCCESS:
        await _move(under, replace(row, stage=Stage.FAILED), DeploymentState.FAILURE)
        return
    # a success retires what was deployed before; then the environment has nothing that is active
    await _move(under, replace(row, stage=Stage.SUCCEEDED), DeploymentState.SUCCESS)
    await _move(under, replace(row, stage=Stage.SUCCEEDED), DeploymentState.INACTIVE)


async def _cancel(under: _Under, row: DeploymentRow) -> None:
    repo = under.services.repository(under.work.repository)
    try:
        await under.run.step("cancel", lambda: cancel_run(repo, row.workflow_run_id), returns=None)
    except GitHubError as error:  # it has ended in the meantime, or GitHub is down
        _log.warning("workflow_run_not_cancelled", workflow_run_id=row.workflow_run_id, error=str(error))


async def _give_up(run: Run, down: Teardown, why: str, services: Services) -> None:
    text = render_not_taken_down(down.hold, down.ended, why)
    await say(run, down.hold, text, repository=down.repository, services=services)


async def _show(under: _Under, seen: Seen) -> None:
    down = under.down
    text = render_taking_down(down.hold, down.ended, seen)
    await say(under.run, down.hold, text, repository=down.repository, services=under.services)


async def _move(under: _Under, row: DeploymentRow, state: DeploymentState) -> None:
    """Put the new state on the deployment and into its row."""
    act = partial(report, under.services, under.work, row, state)
    try:
        await under.run.step(f"status {state}", act, returns=None)
    except GitHubError as error:
        _log.warning("deployment_status_not_written", deployment_id=row.deployment_id, error=str(error))
    await _save(under, replace(row, state=state, updated_at=await under.run.now()))


async def _save(under: _Under, row: DeploymentRow) -> None:
    await under.run.step(
        "record",
        lambda: under.services.database.write(lambda connection: save(connection, row)),
        returns=None,
    )


async def _row(under: _Under, deployment_id: int) -> DeploymentRow:
    rollout, kept, now = under.rollout, under.work.kept, await under.run.now()
    own = (Parameter(name="deployment_id", value=str(deployment_id)),)
    return DeploymentRow(
        repository_id=under.work.repository.id,
        deployment_id=deployment_id,
        number=kept.number,
        environment=rollout.environment,
        sha=rollout.sha,
        workflow_run_id=0,
        run_id=under.run.id,
        state=DeploymentState.PENDING,
        updated_at=now,
        created_at=now,
        stage=Stage.APPLYING,
        task=Task.TEARDOWN,
        author=kept.author,
        parameters=kept.parameters,
        workflow=rollout.workflow,
        inputs=(*rollout.inputs, *(each for each in own if each.name in rollout.declared)),
        lease_token=under.work.token,
    )
