"""The story of one thing asked of the cluster: facts, decision, act, answer, and what is left of the comment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.commands.ending import Asker, End, end_command, ended
from bot.commands.model import Reason, Status
from bot.commands.receipts import try_receipt
from bot.costs.cluster.model import Act
from bot.costs.cluster.render import render_broken, render_status
from bot.costs.cluster.rules import KIND, decide_cluster, missing_configuration
from bot.costs.cluster.stories.asides import Aside, say_aside, tell
from bot.costs.cluster.stories.facts import Known, gather, work_of
from bot.costs.cluster.stories.lowering import lower
from bot.costs.cluster.stories.raising import lift
from bot.costs.cluster.stories.underway import Underway
from bot.costs.notices.model import Gravity
from bot.decisions.model import Outcome, conclude
from bot.decisions.store import Where, record

if TYPE_CHECKING:
    from bot.costs.cluster.model import SteerCluster
    from bot.costs.services import CostServices
    from bot.decisions.model import Decision
    from bot.engine.model import Run

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Steerer:
    """Steers clusters, with what that needs of the world."""

    services: CostServices

    async def steer(self, run: Run, request: SteerCluster) -> None:
        """This function will do what is asked of the cluster, or say why not, and obey what is left of the comment."""
        end = await ended(self._story(run, request), broken=render_broken)
        await self._answer(run, request, end)

    async def _story(self, run: Run, request: SteerCluster) -> End:
        now = await run.now()
        known = await run.step("facts", lambda: gather(request, self.services, now=now), returns=Known)
        costs = known.policy.costs
        if costs is None or costs.cluster is None:
            missing = missing_configuration(known.facts.mistakes)
            return End.refusing(conclude(KIND, (missing,)))
        work = work_of(request, self.services, costs, costs.cluster)
        if request.act is Act.STATUS:
            text = render_status(known.cluster, known.facts, known.machines, gap=known.gap)
            return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)
        underway = Underway(run=run, work=work, known=known, say=self._say)
        if request.act is Act.DOWN:
            return await lower(underway)
        decision = decide_cluster(known.facts)
        await self._record(run, request, known, decision)
        return await lift(underway) if decision.outcome is Outcome.PROCEED else End.refusing(decision)

    async def _record(self, run: Run, request: SteerCluster, known: Known, decision: Decision) -> None:
        where = Where(
            repository=request.repository,
            number=request.number,
            environment="",
            at=known.facts.now,
        )
        key = f"{KIND}/{request.repository.id}/{request.key}"
        database = self.services.services.database
        await run.step(
            "record",
            lambda: record(database, decision, facts=(known.facts,), where=where, key=key),
            returns=str,
        )

    async def _say(self, run: Run, request: SteerCluster, text: str) -> None:
        """Show in the receipt that it is being done; an answer that fails is not worth stopping for."""
        if request.receipt is None:
            return
        receipt = replace(request.receipt, status=Status.RUNNING, reason=Reason.WORKFLOW_RUNNING, text=text)
        services = self.services.services
        repo = services.repository(request.repository)
        await try_receipt(run, receipt, repo=repo, effects=services.effects)

    async def _answer(self, run: Run, request: SteerCluster, end: End) -> None:
        services = self.services.services
        if request.receipt is None:
            await self._answer_clock(run, request, end)
            return
        receipt = replace(request.receipt, status=end.status, reason=end.reason, text=end.text)
        _log.info("cluster_steered", key=request.key, status=receipt.status, reason=receipt.reason)
        asker = Asker(repository=request.repository, author=request.author, then=request.then)
        await end_command(run, receipt, asker, services)

    async def _answer_clock(self, run: Run, request: SteerCluster, end: End) -> None:
        """Say it where the cluster was asked for; a failure is a notice too, since nobody waits for this answer."""
        if end.reason is Reason.CLUSTER_DOWN:
            return
        services = self.services.services
        aside = Aside(
            repository=request.repository,
            number=request.number,
            key=request.key,
            text=f"The time of the cluster is over. {end.text}",
        )
        await say_aside(run, aside, services=services)
        if end.status is not Status.SUCCEEDED:
            title = "The cluster could not be ended by itself; its machines may go on costing"
            await tell(run, aside, gravity=Gravity.ALARM, title=title, services=services)
