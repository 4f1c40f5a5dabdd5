"""Every durable story of supervision with what it needs, under its name in storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import PAUSE_AGENTS, PauseAgents
from bot.engine.model import Flow
from bot.recovery.flow import Tick
from bot.supervision.answering.model import STEER_AGENT, SteerAgent
from bot.supervision.answering.steering import AgentSteerer
from bot.supervision.keeping.finding import Finder
from bot.supervision.keeping.ticking import Ticker
from bot.supervision.model import (
    FIND_SUPERVISION,
    FIND_SUPERVISIONS,
    SUPERVISOR,
    WATCHDOG,
    FindSupervision,
    FindSupervisions,
)
from bot.supervision.pausing.story import Pauser
from bot.supervision.runs.mending import Mender
from bot.supervision.runs.model import MEND, MendRun

if TYPE_CHECKING:
    from bot.costs.services import CostServices


def supervision_flows(services: CostServices) -> tuple[Flow, ...]:
    """This function will bind every story of supervision to what it needs."""
    ticker, finder = Ticker(services=services), Finder(services=services.services)
    return (
        Flow(name=WATCHDOG, request=Tick, story=ticker.watchdog),
        Flow(name=SUPERVISOR, request=Tick, story=ticker.supervisor),
        Flow(name=FIND_SUPERVISION, request=FindSupervision, story=finder.find),
        Flow(name=FIND_SUPERVISIONS, request=FindSupervisions, story=finder.find_all),
        Flow(name=MEND, request=MendRun, story=Mender(services=services).mend),
        Flow(name=PAUSE_AGENTS, request=PauseAgents, story=Pauser(services=services).pause),
        Flow(name=STEER_AGENT, request=SteerAgent, story=AgentSteerer(services=services).steer),
    )
