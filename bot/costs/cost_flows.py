"""Every durable story of cost with what it needs, under its name in storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs import sources
from bot.costs.cluster.model import SWEEP_CLUSTERS, SteerCluster
from bot.costs.cluster.stories.flow import Steerer
from bot.costs.cluster.stories.sweeping import ClusterUpkeep
from bot.costs.look import CostSource
from bot.costs.metering.model import (
    FIND_BUDGET,
    FIND_BUDGETS,
    LOOK_AGAIN,
    FindBudget,
    FindBudgets,
    LookAgain,
)
from bot.costs.metering.story import Meter
from bot.costs.metering.ticking import Monitor
from bot.costs.model import CLUSTER, METER, MONITOR, MeterCosts
from bot.costs.notices.model import SEND_NOTICE, SendNotice
from bot.costs.notices.sending import Sender
from bot.engine.model import Flow
from bot.plugins import load
from bot.recovery.flow import Tick

if TYPE_CHECKING:
    from bot.costs.services import CostServices


def cost_flows(services: CostServices) -> tuple[Flow, ...]:
    """This function will bind every story of cost to what it needs."""
    monitor = Monitor(services=services)
    meter = Meter(services=services, sources=load(sources.__name__, "SOURCE", CostSource))
    return (
        Flow(name=MONITOR, request=Tick, story=monitor.monitor),
        Flow(name=FIND_BUDGETS, request=FindBudgets, story=monitor.find),
        Flow(name=METER, request=MeterCosts, story=meter.meter),
        Flow(name=FIND_BUDGET, request=FindBudget, story=meter.find),
        Flow(name=LOOK_AGAIN, request=LookAgain, story=meter.look_again),
        Flow(name=CLUSTER, request=SteerCluster, story=Steerer(services=services).steer),
        Flow(name=SWEEP_CLUSTERS, request=Tick, story=ClusterUpkeep(services=services.services).sweep),
        Flow(name=SEND_NOTICE, request=SendNotice, story=Sender(services=services).send),
    )
