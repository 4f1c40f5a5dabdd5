"""The stories that look after gates and leases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.locks.starts import FREE_PULL, SWEEP_LEASES, ClosedPull
from bot.deployments.locks.upkeep import LeaseUpkeep
from bot.engine.model import Flow
from bot.gates.flow import GateKeeping
from bot.gates.starts import GATES_OF_PULL, PRESS, SWEEP_GATES, PressRequest, PullNews
from bot.recovery.flow import Tick

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of gates and leases to what they need."""
    keeping, upkeep = GateKeeping(wiring.services), LeaseUpkeep(services=wiring.services)
    return (
        Flow(name=SWEEP_GATES, request=Tick, story=keeping.sweep),
        Flow(name=GATES_OF_PULL, request=PullNews, story=keeping.gates_of_pull),
        Flow(name=PRESS, request=PressRequest, story=keeping.press),
        Flow(name=SWEEP_LEASES, request=Tick, story=upkeep.sweep),
        Flow(name=FREE_PULL, request=ClosedPull, story=upkeep.free_pull),
    )
