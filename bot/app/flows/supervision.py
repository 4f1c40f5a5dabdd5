"""The stories of supervision: agents and builds that are looked after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import PAUSE_AGENTS, PauseAgents
from bot.engine.model import Flow
from bot.supervision.answering.model import STEER_AGENT, SteerAgent
from bot.supervision.answering.steering import AgentSteerer
from bot.supervision.answering.terminal import read_terminal
from bot.supervision.fixing.looking import Supervisor
from bot.supervision.fixing.story import FixStory
from bot.supervision.model import (
    FIX,
    SUPERVISE,
    WATCH,
    FixFailure,
    SuperviseBuilds,
    WatchSessions,
)
from bot.supervision.pausing.story import Pauser
from bot.supervision.runs.mending import Mender
from bot.supervision.runs.model import MEND, MendRun
from bot.supervision.sessions.watching.story import Watcher

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring
    from bot.supervision.hosts.model import Host
    from bot.supervision.sessions.orders import Place

_TAIL = 40  # lines of a terminal that an issue shows


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of supervision to what they need."""
    services = wiring.cost_services
    watcher = Watcher(services=services, read_terminal=_tail)
    return (
        Flow(name=SUPERVISE, request=SuperviseBuilds, story=Supervisor(services=services).supervise),
        Flow(name=FIX, request=FixFailure, story=FixStory(services=services).fix),
        Flow(name=MEND, request=MendRun, story=Mender(services=services).mend),
        Flow(name=WATCH, request=WatchSessions, story=watcher.watch),
        Flow(name=PAUSE_AGENTS, request=PauseAgents, story=Pauser(services=services).pause),
        Flow(name=STEER_AGENT, request=SteerAgent, story=AgentSteerer(services=services).steer),
    )


async def _tail(host: Host, place: Place) -> str:
    return (await read_terminal(host, place, lines=_TAIL)).text
