"""The story of one thing asked of an agent: facts, decision, act, answer, and what is left of the comment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, assert_never

import structlog

from bot.budget.model import AgentState, PauseAgents
from bot.commands.ending import Asker, End, end_command, ended
from bot.commands.model import Reason, Status
from bot.decisions.model import Outcome
from bot.decisions.store import Where, record
from bot.github.collaborators import permission_of
from bot.markdown import code
from bot.supervision.answering.asked import Asked
from bot.supervision.answering.gathering import Known, gather, reach
from bot.supervision.answering.model import Act
from bot.supervision.answering.render import render_broken, render_log
from bot.supervision.answering.rules import KIND, decide_agent
from bot.supervision.answering.terminal import Terminal, read_terminal
from bot.supervision.pausing.story import Pauser
from bot.supervision.sessions.asking import Wish, start_session
from bot.supervision.sessions.orders import Place

if TYPE_CHECKING:
    from datetime import datetime

    from bot.costs.services import CostServices
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.supervision.answering.model import SteerAgent

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSteerer:
    """Does what people ask of agents, with what that needs of the world."""

    services: CostServices

    async def steer(self, run: Run, request: SteerAgent) -> None:
        """This function will do what is asked of the agent, or say why not, and obey what is left of the comment."""
        end = await ended(self._story(run, request), broken=partial(render_broken, request.agent))
        receipt = replace(request.receipt, status=end.status, reason=end.reason, text=end.text)
        _log.info("agent_steered", agent=request.agent, act=request.act, reason=end.reason)
        asker = Asker(repository=request.repository, author=request.author, then=request.then)
        await end_command(run, receipt, asker, self.services.services)

    async def _story(self, run: Run, request: SteerAgent) -> End:
        now = await run.now()
        known = await run.step("facts", partial(self._gather, request, now), returns=Known)
        decision = decide_agent(known.facts)
        await run.step("record", partial(self._record, request, known, decision), returns=str)
        if decision.outcome is not Outcome.PROCEED:
            return End.refusing(decision)
        match request.act:
            case Act.LOG | Act.STATUS:
                return await self._show(run, request, known)
            case Act.RESTART:
                return await self._start(run, request, ends_running=True)
            case Act.RESUME if known.facts.is_start:
                return await self._start(run, request, ends_running=False)
            case Act.PAUSE | Act.RESUME:
                return await self._hold(run, request)
            case _:
                assert_never(request.act)

    async def _gather(self, request: SteerAgent, now: datetime) -> Known:
        """The role is read anew: it may have been taken away while the command waited."""
        services, author = self.services.services, request.author
        repo = services.repository(request.repository)
        permission = request.permission if author.is_bot else await permission_of(repo, author.login)
        asked = Asked(name=request.agent, act=request.act, lines=request.lines)
        known = await gather(request.repository, asked, permission, services, now=now)
        if known.config is None:
            return known
        host = reach(known, request.repository, self.services)
        return replace(known, facts=replace(known.facts, host_gap=host if isinstance(host, str) else ""))

    async def _record(self, request: SteerAgent, known: Known, decision: Decision) -> str:
        where = Where(
            repository=request.repository, number=request.number, environment="", at=known.facts.now
        )
        key = f"{KIND}/{request.repository.id}/{request.key}"
        database = self.services.services.database
        return await record(database, decision, facts=(known.facts,), where=where, key=key)

    async def _show(self, run: Run, request: SteerAgent, known: Known) -> End:
        terminal = await run.step("terminal", partial(self._terminal, request, known), returns=Terminal)
        if terminal.problem:
            reason = Reason.HOST_UNREACHABLE if terminal.is_unknown else Reason.NO_SESSION
            return End(status=Status.FAILED, reason=reason, text=f"{code(request.agent)} {terminal.problem}.")
        text = render_log(request.agent, terminal.text, asked=request.lines)
        return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)

    async def _terminal(self, request: SteerAgent, known: Known) -> Terminal:
        host = reach(known, request.repository, self.services)
        if isinstance(host, str) or known.config is None:
            return Terminal(problem="is not reached")
        place = Place(
            repository_id=request.repository.id,
            name=request.agent,
            agent=known.config,
            process=known.session.process if known.session is not None else None,
        )
        return await read_terminal(host, place, lines=request.lines)

    async def _start(self, run: Run, request: SteerAgent, *, ends_running: bool) -> End:
        """What it left is pushed first; how often it was started before no longer counts."""
        wish = Wish(agent=request.agent, login=request.author.login, ends_running=ends_running)
        answer = await start_session(run, request.repository, wish, self.services)
        if answer.is_done:
            return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=answer.text)
        reason = Reason.HOST_UNREACHABLE if answer.is_unknown else Reason.AGENT_DISOBEYS
        return End(status=Status.FAILED, reason=reason, text=answer.text)

    async def _hold(self, run: Run, request: SteerAgent) -> End:
        is_resume = request.act is Act.RESUME
        asked = PauseAgents(
            repository=request.repository,
            cause=request.key,
            is_resume=is_resume,
            agents=(request.agent,),
            held_by=request.author.login,
        )
        (result,) = await Pauser(services=self.services).carry_out(run, asked)
        wanted = AgentState.RUNNING if is_resume else AgentState.PAUSED
        if result.state is wanted:
            return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=result.text)
        is_unknown = result.state is AgentState.UNKNOWN
        reason = Reason.HOST_UNREACHABLE if is_unknown else Reason.AGENT_DISOBEYS
        return End(status=Status.FAILED, reason=reason, text=result.text)
