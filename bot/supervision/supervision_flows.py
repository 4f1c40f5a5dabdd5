"""Every durable story of supervision with what it needs, under its name in storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import PAUSE_AGENTS, PauseAgents
from bot.engine.model import Flow
from bot.recovery.flow import Tick
from bot.supervision.answering.model import STEER_AGENT, SteerAgent
from bot.supervision.answering.steering import AgentSteerer
from bot.supervision.answering.terminal import read_terminal
from bot.supervision.fixing.looking import Supervisor
from bot.supervision.fixing.story import FixStory
from bot.supervision.keeping.finding import Finder
from bot.supervision.keeping.ticking import Ticker
from bot.supervision.model import (
    FIND_SUPERVISION,
    FIND_SUPERVISIONS,
    FIX,
    NOTICE_BUILD,
    SUPERVISE,
    SUPERVISOR,
    WATCH,
    WATCHDOG,
    FindSupervision,
    FindSupervisions,
    FixFailure,
    NoticeBuild,
    SuperviseBuilds,
    WatchSessions,
)
from bot.supervision.pausing.story import Pauser
from bot.supervision.runs.mending import Mender
from bot.supervision.runs.model import MEND, MendRun
from bot.supervision.sessions.watching.story import Watcher

if TYPE_CHECKING:
    from bot.costs.services import CostServices
    from bot.supervision.hosts.model import Host
    from bot.supervision.sessions.orders import Place

_TAIL = 40  # lines of a terminal that an issue shows


def supervision_flows(services: CostServices) -> tuple[Flow, ...]:
    """This function will bind every story of supervision to what it needs."""
    ticker, finder = Ticker(services=services), Finder(services=services.services)
    watcher = Watcher(services=services, read_terminal=_tail)
    return (
        Flow(name=SUPERVISE, request=SuperviseBuilds, story=Supervisor(services=services).supervise),
        Flow(name=FIX, request=FixFailure, story=FixStory(services=services).fix),
        Flow(name=WATCHDOG, request=Tick, story=ticker.watchdog),
        Flow(name=SUPERVISOR, request=Tick, story=ticker.supervisor),
        Flow(name=NOTICE_BUILD, request=NoticeBuild, story=ticker.notice),
        Flow(name=FIND_SUPERVISION, request=FindSupervision, story=finder.find),
        Flow(name=FIND_SUPERVISIONS, request=FindSupervisions, story=finder.find_all),
        Flow(name=MEND, request=MendRun, story=Mender(services=services).mend),
        Flow(name=WATCH, request=WatchSessions, story=watcher.watch),
        Flow(name=PAUSE_AGENTS, request=PauseAgents, story=Pauser(services=services).pause),
        Flow(name=STEER_AGENT, request=SteerAgent, story=AgentSteerer(services=services).steer),
    )


async def _tail(host: Host, place: Place) -> str:
    return (await read_terminal(host, place, lines=_TAIL)).text
