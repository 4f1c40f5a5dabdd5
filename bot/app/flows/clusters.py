"""The stories of clusters for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.cluster.model import SWEEP_CLUSTERS, SteerCluster
from bot.costs.cluster.stories.flow import Steerer
from bot.costs.cluster.stories.sweeping import ClusterUpkeep
from bot.costs.model import CLUSTER
from bot.engine.model import Flow
from bot.recovery.flow import Tick

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of clusters to what they need."""
    return (
        Flow(name=CLUSTER, request=SteerCluster, story=Steerer(services=wiring.cost_services).steer),
        Flow(name=SWEEP_CLUSTERS, request=Tick, story=ClusterUpkeep(services=wiring.services).sweep),
    )
