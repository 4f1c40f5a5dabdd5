"""Answers `/agents` and `/agent`: at once where the rows tell, by a run of its own where a host is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.model import Continues, Done, Reason, Refused
from bot.commands.render import queued_receipt
from bot.config.repository import PATH, ConfigurationErrors, read_configuration
from bot.decisions.model import Condition, Standing, conclude
from bot.markdown import code
from bot.page_links import AGENTS, Kind
from bot.supervision.answering.asked import Asked, asked_of
from bot.supervision.answering.gathering import Known, gather
from bot.supervision.answering.model import Act, SteerAgent
from bot.supervision.answering.overview import overview_of, row_of
from bot.supervision.answering.render import Foot, render_agent, render_agents, render_queued
from bot.supervision.answering.rules import KIND, decide_agent, without_agents
from bot.supervision.keeping.finding import find_supervision
from bot.supervision.keeping.store import supervision_of
from bot.supervision.sessions.store import events_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef

_MOST_EVENTS = 15
_MOST_MISTAKES = 10
# What is refused at once; the rest is decided, and recorded, in its turn.
_AT_ONCE = frozenset({Reason.NO_SUPERVISION, Reason.UNKNOWN_AGENT, Reason.NOT_PERMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What is answered, or why nothing is."""

    text: str  # safe Markdown
    refused: str = ""  # the reason

    @property
    def outcome(self) -> Outcome:
        """The same as commands end."""
        return Refused(reason=Reason(self.refused), text=self.text) if self.refused else Done(text=self.text)


async def agents(run: Run, call: Call, services: Services) -> Outcome:
    """This function will answer how all agents stand."""
    now, repository = await run.now(), call.request.repository
    act = partial(_agents, repository, services, now)
    answer = await run.step(f"agents {call.command.index}", act, returns=_Answer)
    return answer.outcome


async def agent(run: Run, call: Call, services: Services) -> Outcome:
    """This function will answer how one agent stands, or hand what is asked of it to its story."""
    asked = asked_of(call.command)
    if isinstance(asked, Refused):
        return asked
    known = await _known(run, call, services, asked)
    decision = decide_agent(known.facts)
    if decision.reason in _AT_ONCE:
        return Refused(reason=Reason(decision.reason), text=decision.text)
    if asked.act is Act.STATUS:
        act = partial(_agent, call.request.repository, services, known.facts.name, known.facts.now)
        answer = await run.step(f"status {call.command.index}", act, returns=_Answer)
        return answer.outcome
    request = _request(call, asked, known.facts.name)
    return Continues(start=request.start(), text=render_queued(request.agent, request.act))


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide what is asked of the agent as it would be decided now, without asking its host."""
    asked = asked_of(call.command)
    if isinstance(asked, Refused):
        condition = Condition(name=KIND, standing=Standing.UNMET, text=asked.text, reason=asked.reason)
        return conclude(KIND, (condition,))
    return decide_agent((await _known(run, call, services, asked)).facts)


async def _known(run: Run, call: Call, services: Services, asked: Asked) -> Known:
    now = await run.now()
    act = partial(gather, call.request.repository, asked, call.permission, services, now=now)
    return await run.step(f"agent {call.command.index}", act, returns=Known)


def _request(call: Call, asked: Asked, name: str) -> SteerAgent:
    said = call.request
    return SteerAgent(
        repository=said.repository,
        key=call.receipt,
        act=asked.act,
        agent=name,
        lines=asked.lines,
        author=said.author,
        permission=call.permission,
        asked_at=said.created_at,
        number=said.number,
        receipt=queued_receipt(said, call.command, render_queued(name, asked.act)),
        then=said.after(call.command.index),
    )


async def _agents(repository: RepositoryRef, services: Services, now: datetime) -> _Answer:
    found = await find_supervision(repository, services, now=now)
    if found is None or not found.supervised.agents:
        return await _without(repository, services)
    foot = Foot(now=now, watched_at=found.watched_at, url=_url(services, repository.id, AGENTS, now))

    def read(connection: Connection) -> str:
        return render_agents(overview_of(connection, found, day=now.date()), foot)

    return _Answer(text=await services.database.read(read))


async def _without(repository: RepositoryRef, services: Services) -> _Answer:
    """There are no agents, or the configuration cannot say so."""
    said = await read_configuration(services.repository(repository))
    if isinstance(said, ConfigurationErrors):
        listed = "\n".join(f"- {code(str(mistake))}" for mistake in said.mistakes[:_MOST_MISTAKES])
        text = f"{code(PATH)} on the default branch has mistakes:\n\n{listed}"
        return _Answer(text=text, refused=Reason.CONFIGURATION_INVALID)
    missing = without_agents()
    return _Answer(text=f"{missing.text} {missing.who}", refused=missing.reason)


async def _agent(repository: RepositoryRef, services: Services, name: str, now: datetime) -> _Answer:
    def read(connection: Connection) -> str:
        found = supervision_of(connection, repository.id)
        row = row_of(connection, found, name, day=now.date()) if found is not None else None
        if found is None or row is None:  # it was taken away in this moment
            return f"There is no agent {code(name)} any more."
        events = events_of(connection, repository.id, name, most=_MOST_EVENTS)
        foot = Foot(now=now, watched_at=found.watched_at, url=_url(services, repository.id, name, now))
        return render_agent(row, events, foot)

    return _Answer(text=await services.database.read(read))


def _url(services: Services, repository_id: int, subject: str, now: datetime) -> str:
    links = services.links
    return links.address(repository_id, Kind.AGENTS, subject, now=now) if links is not None else ""
