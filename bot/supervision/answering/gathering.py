"""Gathers what is decided from when somebody asks something of an agent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.budget.store import standing_of
from bot.config.agents import AgentConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.supervision.answering.asked import found_name
from bot.supervision.answering.rules import AgentFacts
from bot.supervision.keeping.finding import find_supervision
from bot.supervision.model import Supervised
from bot.supervision.pausing.holding import is_by_person
from bot.supervision.sessions.gathering import machines_of
from bot.supervision.sessions.model import Session  # noqa: TC001 - as above
from bot.supervision.sessions.store import session_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.costs.services import CostServices
    from bot.github.models import Permission, RepositoryRef
    from bot.supervision.answering.asked import Asked
    from bot.supervision.hosts.model import Host


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the agent that is asked for."""

    facts: AgentFacts
    supervised: Supervised  # of all agents only this one
    config: AgentConfig | None = None  # None where there is no such agent
    session: Session | None = None  # None where it was not looked at yet


async def gather(
    repository: RepositoryRef, asked: Asked, permission: Permission, services: Services, *, now: datetime
) -> Known:
    """This function will read what the default branch and the rows say, without asking whether the host is reached."""
    found = await find_supervision(repository, services, now=now)
    supervised = found.supervised if found is not None else Supervised()
    name = found_name(asked.name, supervised.agents)
    config = supervised.agents.get(name)

    def read(connection: Connection) -> Known:
        session = session_of(connection, repository.id, name) if name else None
        facts = AgentFacts(
            act=asked.act,
            name=name or asked.name,
            known=(name,) if name else tuple(supervised.agents),
            permission=permission,
            needed=supervised.config.permission,
            is_startable=config is not None and config.command is not None,
            host=(config.host or "") if config is not None else "",
            host_gap="",
            state=session.state if session is not None else None,
            held_by=session.held_by if session is not None else "",
            is_held_by_person=session is not None and is_by_person(session),
            budget=standing_of(connection, repository.id),
            now=now,
        )
        only = {name: config} if config is not None else {}
        return Known(facts=facts, supervised=replace(supervised, agents=only), config=config, session=session)

    return await services.database.read(read)


def reach(known: Known, repository: RepositoryRef, services: CostServices) -> Host | str:
    """This function will return the machine that the agent runs on, or why it is not reached, in safe Markdown."""
    machines = machines_of(repository, known.supervised, services)
    return machines.reach(known.config.host if known.config is not None else None)
