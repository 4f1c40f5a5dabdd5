"""Ends the clusters whose time is over, and warns of it before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.costs.cluster.model import Act, Cluster, SteerCluster
from bot.costs.cluster.render import render_warning
from bot.costs.cluster.store import change_cluster, costly_clusters
from bot.costs.cluster.stories.asides import Aside, say_aside, tell
from bot.costs.notices.model import Gravity
from bot.github.models import Actor

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.recovery.flow import Tick

WARNING = timedelta(minutes=15)  # how long before its end people are warned
_BOT = Actor(id=0, login="pilothouse", type="Bot")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterUpkeep:
    """Looks after clusters that nobody ends."""

    services: Services

    async def sweep(self, run: Run, _tick: Tick) -> None:
        """This function will end every cluster whose time is over, and warn of those whose time soon will be."""
        database = self.services.database
        found = await run.step(
            "clusters", lambda: database.read(costly_clusters), returns=tuple[Cluster, ...]
        )
        now = await run.now()
        for cluster in found:
            repository, until = cluster.details.repository, cluster.keep_until
            if repository is None or until is None:
                continue
            if until <= now:
                await run.send(_end(cluster, repository, until, now).start())
            elif until - now <= WARNING and cluster.details.warned_of != until:
                await self._warn(run, cluster, repository, until)

    async def _warn(self, run: Run, cluster: Cluster, repository: RepositoryRef, until: datetime) -> None:
        now = await run.now()
        aside = Aside(
            repository=repository,
            number=cluster.number,
            key=f"warning-{until:%Y%m%dT%H%M%S}",
            text=render_warning(cluster, now),
        )
        await say_aside(run, aside, services=self.services)
        title = f"The cluster ends by itself at {until:%H:%M} UTC"
        await tell(run, aside, gravity=Gravity.WARNING, title=title, services=self.services)
        change = partial(_warned, until)
        await run.step(
            f"warned {repository.id}",
            lambda: self.services.database.write(
                lambda connection: change_cluster(connection, repository.id, change, now=now)
            ),
            returns=Cluster,
        )


def _warned(until: datetime, cluster: Cluster) -> Cluster:
    return replace(cluster, details=replace(cluster.details, warned_of=until))


def _end(cluster: Cluster, repository: RepositoryRef, until: datetime, now: datetime) -> SteerCluster:
    """What ends it; where that fails, it is tried again in every hour."""
    hours = int((now - until) / timedelta(hours=1))
    return SteerCluster(
        repository=repository,
        key=f"end-{until:%Y%m%dT%H%M%S}-{hours}",
        act=Act.DOWN,
        author=_BOT,
        asked_at=now,
        number=cluster.number,
    )
