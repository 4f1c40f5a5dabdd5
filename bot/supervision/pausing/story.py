"""The story of pausing a repository's agents: each one's work pushed, its processes stopped, the answer sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.budget.model import AgentResult, AgentState
from bot.config.costing import CostConfig
from bot.config.repository import PATH
from bot.costs.store.budgets import budget_of
from bot.markdown import code
from bot.supervision.hosts.reaching import Machines
from bot.supervision.pausing.rules import read_signal
from bot.supervision.pausing.work import WorkTree, push_work
from bot.supervision.programs.ordering import program

if TYPE_CHECKING:
    from bot.budget.model import PauseAgents
    from bot.config.agents import AgentConfig
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.supervision.hosts.model import Host, Order

_SIGNALLING = timedelta(seconds=20)
_ANYWHERE = "/"  # where no work tree says whose the session is


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauser:
    """Pauses agents and lets them go on."""

    services: CostServices

    async def pause(self, run: Run, request: PauseAgents) -> None:
        """This function will pause or resume each agent and tell the run that asked what came of it."""
        act = partial(self._all, request)
        results = await run.step("agents", act, returns=tuple[AgentResult, ...])
        if request.asker:
            await run.send(request.answer(results))

    async def _all(self, request: PauseAgents) -> tuple[AgentResult, ...]:
        """Side by side, so that a host that hangs keeps no other agent working; twice is as once."""
        config = await self._config(request.repository)
        names = request.agents or tuple(config.agents)
        return tuple(await asyncio.gather(*(self._one(request, config, name) for name in names)))

    async def _one(self, request: PauseAgents, config: CostConfig, name: str) -> AgentResult:
        agent = config.agents.get(name)
        if agent is None:
            return _failed(name, f"is not in {code(PATH)}")
        machines = Machines(
            repository=request.repository,
            hosts=config.hosts,
            accounts=config.accounts,
            settings=self.services.settings,
            aws=self.services.aws,
        )
        host = machines.reach(agent.host)
        if isinstance(host, str):
            return _failed(name, f"is not reached: {host}")
        pushed = "" if request.is_resume else await _push(host, agent, request.repository)
        answer = await host.run(_signalling(name, agent, request))
        result = read_signal(answer, name, is_resume=request.is_resume)
        return replace(result, text=f"{result.text} {pushed}".strip())

    async def _config(self, repository: RepositoryRef) -> CostConfig:
        """As it was read last: agents are paused while GitHub is away, too."""
        database = self.services.services.database
        budget = await database.read(lambda connection: budget_of(connection, repository.id))
        return budget.config if budget is not None else CostConfig()


async def _push(host: Host, agent: AgentConfig, repository: RepositoryRef) -> str:
    if agent.work_tree is None:
        return ""
    return await push_work(WorkTree(host=host, folder=agent.work_tree, repository=repository))


def _signalling(name: str, agent: AgentConfig, request: PauseAgents) -> Order:
    signal = "CONT" if request.is_resume else "STOP"
    arguments = (signal, agent.session or name, agent.socket or "")
    return program("signal", *arguments, folder=agent.work_tree or _ANYWHERE, timeout=_SIGNALLING)


def _failed(name: str, text: str) -> AgentResult:
    return AgentResult(agent=name, state=AgentState.FAILED, text=f"{code(name)} {text}.")
