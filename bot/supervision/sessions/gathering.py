"""Reads what a look at a repository's sessions needs: configuration, rows, budget, hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.store import standing_of
from bot.supervision.hosts.reaching import Machines
from bot.supervision.keeping.store import supervision_of
from bot.supervision.sessions.plan import Plan
from bot.supervision.sessions.store import sessions_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.costs.services import CostServices
    from bot.github.models import RepositoryRef
    from bot.supervision.model import Supervised


def plan_of(connection: Connection, repository_id: int) -> Plan | None:
    """This function will read what is to be looked at; None where the repository is not watched."""
    supervision = supervision_of(connection, repository_id)
    if supervision is None:
        return None
    return Plan(
        supervised=supervision.supervised,
        sessions=sessions_of(connection, repository_id),
        budget=standing_of(connection, repository_id),
        watched_at=supervision.watched_at,
    )


def machines_of(repository: RepositoryRef, supervised: Supervised, services: CostServices) -> Machines:
    """This function will give the machines that the repository's agents run on."""
    return Machines(
        repository=repository,
        hosts=supervised.hosts,
        accounts=supervised.accounts,
        settings=services.settings,
        aws=services.aws,
    )
