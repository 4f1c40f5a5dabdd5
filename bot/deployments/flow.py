"""The story of a deployment: decided, alone in its environment, decided again, carried out, said in the receipt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.ending import Asker, end_command
from bot.commands.model import Refused
from bot.config.policy import parse_duration
from bot.deployments.carrying import Granted, broken, carry_out
from bot.deployments.deciding import Decided, decide, refused
from bot.deployments.effects import Deploying
from bot.deployments.health.probing import Prober
from bot.deployments.keeping.story import stay
from bot.deployments.leases.leasing import Wanted, acquire, give_back
from bot.deployments.leases.model import Ask, Holder, HoldKind, Place
from bot.deployments.model import End, Stage, TimelineEvent
from bot.deployments.render import render_checked, render_turn
from bot.deployments.store import follower
from bot.deployments.timeline import tell
from bot.deployments.underway import lease_length
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.deployments.carrying import Carried
    from bot.deployments.leases.model import Lease
    from bot.deployments.model import DeployRequest, RelayRequest
    from bot.engine.model import Run
    from bot.storage.database import Database

_log = structlog.get_logger()
SETTLE = timedelta(seconds=5)
_TURN = timedelta(minutes=1)  # after which it is worth saying that it had to wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployer:
    """Deploys, with what that needs of the world."""

    services: Services
    prober: Prober = field(default_factory=Prober)
    settle: timedelta = SETTLE  # how long GitHub may take to list a workflow run that it has accepted

    async def deploy(self, run: Run, request: DeployRequest) -> None:
        """This function will deploy what was accepted, or say why not, and obey what is left of the comment."""
        try:
            end = await self._story(run, request)
        except Exception as error:  # noqa: BLE001 - whatever happens, people get an answer
            _log.exception("deployment_broken", run_id=run.id)
            end = broken(error)
        await self._answer(run, request, end)

    async def _story(self, run: Run, request: DeployRequest) -> End:
        services = self.services
        decided = await decide(run, request, services=services, moment="asked")
        if isinstance(decided, End):
            return decided
        await self._note(run, request, Stage.CHECKING, render_checked(decided.rollout))
        lease = await acquire(run, _wanted(run, request, decided), services=services)
        if isinstance(lease, Refused):
            return refused(lease.reason, lease.text)
        if lease.taken_at - request.asked_at >= _TURN:
            await self._note(run, request, Stage.QUEUED, render_turn(decided.rollout.environment))
        decided = await decide(run, request, services=services, moment="turn")
        if isinstance(decided, End):
            await give_back(run, lease, services=services)
            return decided
        work = Deploying(
            request=request,
            rollout=decided.rollout,
            services=services,
            prober=self.prober,
            settle=self.settle,
        )
        carried = await carry_out(run, work, Granted(lease=lease, decision_id=decided.decision_id))
        await self._leave(run, request, lease, carried)
        return carried.end

    async def _note(self, run: Run, request: DeployRequest, stage: Stage, text: str) -> None:
        """Begin the timeline before there is a deployment."""
        event = TimelineEvent(
            run_id=run.id,
            key=f"-{stage}",
            repository_id=request.repository.id,
            at=await run.now(),
            stage=stage,
            text=text,
        )
        database = self.services.database
        await run.step(f"note {stage}", lambda: database.write(partial(tell, event=event)), returns=None)

    async def _leave(self, run: Run, request: DeployRequest, lease: Lease, carried: Carried) -> None:
        """Keep the environment, where that was asked for, or let the next one have it.

        While a workflow run may still change it, it is not given back: the lease ends by itself after that.
        """
        underway = carried.underway
        if underway is not None and underway.is_loose:
            return
        lease = lease if underway is None else underway.lease
        if request.keep and carried.end.stage is Stage.SUCCEEDED and not request.plan_only:
            length = parse_duration(request.keep)
            await stay(run, lease, length=length, repository=request.repository, services=self.services)
        else:
            await give_back(run, lease, services=self.services)

    async def _answer(self, run: Run, request: DeployRequest, end: End) -> None:
        receipt = replace(request.receipt, status=end.status, reason=end.reason, text=end.text)
        _log.info("deployment_ended", key=request.key, status=receipt.status, reason=receipt.reason)
        asker = Asker(repository=request.repository, author=request.author, then=request.then)
        await end_command(run, receipt, asker, self.services)


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


def _wanted(run: Run, request: DeployRequest, decided: Decided) -> Wanted:
    rollout = decided.rollout
    return Wanted(
        repository=request.repository,
        place=Place(repository_id=request.repository.id, environment=rollout.environment),
        ask=Ask(
            holder=Holder(
                run_id=run.id,
                kind=HoldKind.DEPLOY,
                person=request.author,
                number=request.number,
                sha=rollout.sha,
            ),
            length=lease_length(rollout.config.lease),
            task=request.task,
        ),
        receipt=request.receipt,
        web_url=rollout.web_url,
    )
