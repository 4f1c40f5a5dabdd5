"""The story of pausing a repository's agents: each one's work pushed, its processes stopped, the answer sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.budget.model import AgentResult, AgentState
from bot.config.costing import CostConfig
from bot.config.repository import PATH
from bot.config.supervising import Conduct
from bot.costs.store.budgets import budget_of
from bot.markdown import code
from bot.supervision.keeping.store import supervision_of
from bot.supervision.model import Supervised
from bot.supervision.pausing.holding import after, event_of, kept_by
from bot.supervision.pausing.noting import keep
from bot.supervision.pausing.rules import read_signal
from bot.supervision.sessions.gathering import machines_of
from bot.supervision.sessions.model import Session, SessionState
from bot.supervision.sessions.orders import Place, signalling
from bot.supervision.sessions.store import session_of, sessions_of
from bot.supervision.work.model import WorkTerms, WorkTree
from bot.supervision.work.pushing import push

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.budget.model import PauseAgents
    from bot.costs.services import CostServices
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the agents before any host is asked."""

    supervised: Supervised
    sessions: Mapping[str, Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauser:
    """Pauses agents and lets them go on."""

    services: CostServices

    async def pause(self, run: Run, request: PauseAgents) -> None:
        """This function will pause or resume each agent and tell the run that asked what came of it."""
        results = await self.carry_out(run, request)
        if request.asker:
            await run.send(request.answer(results))

    async def carry_out(self, run: Run, request: PauseAgents) -> tuple[AgentResult, ...]:
        """This function will pause or resume each agent, note in its row who holds it, and return what came of it."""
        now = await run.now()
        act = partial(self._all, request)
        results = await run.step("agents", act, returns=tuple[AgentResult, ...])
        database = self.services.services.database
        note = partial(_note, request=request, results=results, now=now)
        await run.step("note holds", lambda: database.write(note), returns=None)
        return results

    async def _all(self, request: PauseAgents) -> tuple[AgentResult, ...]:
        """Side by side, so that a host that hangs keeps no other agent working; twice is as once."""
        database = self.services.services.database
        known = await database.read(partial(_known, request.repository.id))
        names = request.agents or tuple(known.supervised.agents)
        return tuple(await asyncio.gather(*(self._one(request, known, name) for name in names)))

    async def _one(self, request: PauseAgents, known: _Known, name: str) -> AgentResult:
        agent = known.supervised.agents.get(name)
        if agent is None:
            return _failed(name, f"is not in {code(PATH)}")
        kept = kept_by(known.sessions.get(name), request)
        if kept is not None:
            return kept
        host = machines_of(request.repository, known.supervised, self.services).reach(agent.host)
        if isinstance(host, str):
            return _failed(name, f"is not reached: {host}")
        pushed = ""
        if agent.work_tree is not None and not request.is_resume:
            tree = WorkTree(host=host, folder=agent.work_tree, repository=request.repository)
            pushed = await _push(tree, name, known)
        session = known.sessions.get(name)
        place = Place(
            repository_id=request.repository.id,
            name=name,
            agent=agent,
            process=session.process if session is not None else None,
        )
        answer = await host.run(signalling(place, is_resume=request.is_resume))
        result = read_signal(answer, name, is_resume=request.is_resume)
        return replace(result, text=f"{result.text} {pushed}".strip())


def _known(repository_id: int, connection: Connection) -> _Known:
    """As it was read last: agents are paused while GitHub is away, too."""
    sessions = {one.name: one for one in sessions_of(connection, repository_id)}
    supervision = supervision_of(connection, repository_id)
    if supervision is not None:
        return _Known(supervised=supervision.supervised, sessions=sessions)
    budget = budget_of(connection, repository_id)
    config = budget.config if budget is not None else CostConfig()
    supervised = Supervised(agents=config.agents, hosts=config.hosts, accounts=config.accounts)
    return _Known(supervised=supervised, sessions=sessions)


def _note(
    connection: Connection, *, request: PauseAgents, results: Iterable[AgentResult], now: datetime
) -> None:
    repository_id = request.repository.id
    for result in results:
        before = session_of(connection, repository_id, result.agent) or _unseen(repository_id, result, now)
        made = after(before, result, request, now=now)
        kind = event_of(before, made)
        if kind is None:
            continue
        keep(connection, made, kind, text=_told(result, request), cause=request.cause)


def _unseen(repository_id: int, result: AgentResult, now: datetime) -> Session:
    """The watchdog has not looked at it yet, and must find that it is held; it fills in what it sees."""
    return Session(
        repository_id=repository_id,
        name=result.agent,
        host="",
        state=SessionState.UNKNOWN,
        since=now,
        updated_at=now,
    )


def _told(result: AgentResult, request: PauseAgents) -> str:
    by = code(request.held_by) if request.held_by else "the budget"
    return f"By {by}. {result.text}"


async def _push(tree: WorkTree, name: str, known: _Known) -> str:
    agent, supervised = known.supervised.agents[name], known.supervised
    conduct = supervised.config.watch.push if supervised.is_asked_for else Conduct.ACT
    return (await push(tree, WorkTerms(agent=name, branch=agent.branch, push=conduct))).text


def _failed(name: str, text: str) -> AgentResult:
    return AgentResult(agent=name, state=AgentState.FAILED, text=f"{code(name)} {text}.")
