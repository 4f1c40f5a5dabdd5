"""Gathers the facts that decide whether a failure is tried to be fixed, and records what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.condition import budget_condition
from bot.budget.model import Stops
from bot.budget.store import standing_of
from bot.decisions.store import Where, concluded, decision_id, record, recorded
from bot.github.limits import Priority
from bot.supervision.fixing.builds.reading import last_pass
from bot.supervision.fixing.judging.fact_model import EarlierFix, FixFacts, Limits, Means
from bot.supervision.fixing.judging.tries import DAY, MEMORY
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.store import fixes_since
from bot.supervision.fixing.working.candidates import names_of
from bot.supervision.fixing.working.commands import check_of
from bot.supervision.fixing.working.fixer import AGENT, shown
from bot.supervision.hosts.reaching import Machines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.config.supervising import FixConfig
    from bot.costs.services import CostServices
    from bot.decisions.model import Decision
    from bot.github.client import RepositoryClient
    from bot.github.models import RepositoryRef
    from bot.storage.database import Database
    from bot.supervision.fixing.builds.model import Found
    from bot.supervision.fixing.model import Fix, Trouble
    from bot.supervision.model import Supervision

_NOT_AGAIN = frozenset({FixState.FAILED, FixState.CLOSED})  # a tool's change would be the same again


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Reads what decides about failures of one repository."""

    services: CostServices
    supervision: Supervision

    @property
    def config(self) -> FixConfig:
        """What the repository says of fixes."""
        return self.supervision.supervised.config.fix

    @property
    def repo(self) -> RepositoryClient:
        """The repository, at the priority of what nobody waits for."""
        return self.services.services.github.repository(
            self.supervision.repository, priority=Priority.SUMMARY
        )

    @property
    def database(self) -> Database:
        """Where its rows are."""
        return self.services.services.database

    async def facts(self, found: Found, *, now: datetime) -> FixFacts:
        """This function will put together what decides about one failure."""
        return await self.database.read(lambda connection: self._facts(connection, found, now))

    def means(self, trouble: Trouble, earlier: Iterable[EarlierFix]) -> Means:
        """This function will say what could fix a failure, without what was tried in vain."""
        check = check_of(trouble.failure.tool, self.config)
        names = names_of(trouble.failure.tool, self.config, spent(earlier))
        reached = self.machines.reach(self.config.host)
        return Means(
            check=shown(check) if check is not None else "",
            tools=tuple(name for name in names if name != AGENT),
            agent=AGENT if AGENT in names else "",
            host_problem=reached if isinstance(reached, str) else "",
            is_placed=self.config.folder is not None,
        )

    @property
    def machines(self) -> Machines:
        """The machines that the repository may reach."""
        supervised = self.supervision.supervised
        return Machines(
            repository=self.supervision.repository,
            hosts=supervised.hosts,
            accounts=supervised.accounts,
            settings=self.services.settings,
            aws=self.services.aws,
        )

    def _facts(self, connection: Connection, found: Found, now: datetime) -> FixFacts:
        repository_id = self.supervision.repository.id
        earlier = earlier_fixes(connection, repository_id, found.trouble, now=now, is_alone=False)
        config = self.config
        return FixFacts(
            now=now,
            trouble=found.trouble,
            age=found.age,
            verdict=found.evidence.verdict,
            why=found.evidence.reason,
            evidence=found.evidence.links,
            means=self.means(found.trouble, earlier),
            limits=Limits(conduct=config.conduct, tries=config.tries, a_day=config.a_day),
            earlier=earlier,
            budget=standing_of(connection, repository_id),
        )


def earlier_fixes(
    connection: Connection, repository_id: int, trouble: Trouble, *, now: datetime, is_alone: bool = True
) -> tuple[EarlierFix, ...]:
    """This function will return the tries at a failure since its job passed last, the newest first.

    Args:
        connection: to the database.
        repository_id: whose.
        trouble: the failure.
        now: the time.
        is_alone: without it, what goes on or was begun in the last 24 hours is returned too.
    """
    key, passed = _key(trouble), last_pass(connection, repository_id, trouble)
    found = (
        (one, _key(one.trouble) == key and one.trouble.run_id > passed)
        for one in fixes_since(connection, repository_id, now - MEMORY)
    )
    return tuple(
        _earlier(one, is_same=is_same)
        for one, is_same in found
        if is_same or (not is_alone and (one.ended_at is None or one.begun_at > now - DAY))
    )


def spent(earlier: Iterable[EarlierFix]) -> frozenset[str]:
    """This function will name the tools whose change was proposed for this failure in vain; an agent may do better."""
    return frozenset(
        one.fixer
        for one in earlier
        if one.is_same and one.state in _NOT_AGAIN and one.fixer not in {"", AGENT}
    )


async def may_use_agent(database: Database, repository: RepositoryRef, *, now: datetime) -> bool:
    """This function will say whether the day's budget lets an agent be asked."""
    standing = await database.read(lambda connection: standing_of(connection, repository.id))
    return not budget_condition(standing, Stops.NEW_AGENTS, now=now).is_open


async def record_change(
    database: Database, decision: Decision, facts: FixFacts, *, repository: RepositoryRef
) -> str:
    """This function will record the decision where it is another one than before, and return the id of what holds."""
    trouble = facts.trouble
    key = f"fix/{repository.id}/{trouble.branch}/{trouble.failure.fingerprint}"
    before = await database.read(lambda connection: recorded(connection, decision_id(key)))
    if before is not None and _gist(concluded(before)) == _gist(decision):
        return before.id
    where = Where(repository=repository, number=None, environment=trouble.failure.short_id, at=facts.now)
    return await record(database, decision, facts=(facts,), where=where, key=key)


def _gist(decision: Decision) -> tuple[object, ...]:
    """What makes a decision another one: counts and times change with every look."""
    return (decision.outcome, decision.reason, *((one.name, one.standing) for one in decision.conditions))


def _key(trouble: Trouble) -> tuple[str, str]:
    return (trouble.branch, trouble.failure.fingerprint)


def _earlier(fix: Fix, *, is_same: bool) -> EarlierFix:
    trouble = fix.trouble
    return EarlierFix(
        id=fix.id,
        fingerprint=trouble.failure.fingerprint,
        tool=trouble.failure.tool,
        branch=trouble.branch,
        round=fix.round,
        state=fix.state,
        reason=fix.reason,
        fixer=fix.fixer,
        begun_at=fix.begun_at,
        number=fix.number,
        is_same=is_same,
    )
