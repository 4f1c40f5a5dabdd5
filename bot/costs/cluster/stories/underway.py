"""One act on the cluster while it goes on: its row moves as its table allows, and people are shown how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable  # noqa: TC003 - part of a public signature
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.costs.cluster.model import Cluster, ClusterState
from bot.costs.cluster.store import change_cluster

if TYPE_CHECKING:
    from bot.costs.cluster.acting.work import Steering
    from bot.costs.cluster.model import SteerCluster
    from bot.costs.cluster.stories.facts import Known
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """One act on the cluster."""

    run: Run
    work: Steering
    known: Known
    say: Callable[[Run, SteerCluster, str], Awaitable[None]]

    async def enter(self, name: str, change: Callable[[Cluster], Cluster]) -> Cluster:
        """This function will store what the change makes of the cluster, where that is a legal move."""
        now = await self.run.now()
        database, repository_id = self.work.services.services.database, self.work.repo.ref.id

        async def act() -> Cluster:
            return await database.write(
                lambda connection: change_cluster(connection, repository_id, change, now=now)
            )

        return await self.run.step(name, act, returns=Cluster)

    async def note_down(self) -> None:
        """This function will store that it is down: AWS may have told so of a cluster whose row says otherwise."""

        def change(cluster: Cluster) -> Cluster:
            return replace(cluster, state=ClusterState.DOWN, keep_until=None)

        await self.enter("is down", change)

    async def show(self, text: str) -> None:
        """This function will show people how far it is."""
        await self.say(self.run, self.work.request, text)
