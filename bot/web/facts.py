"""Gathers what each kind of page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.page_links import MERGES, Kind
from bot.web.agents.facts import agents_facts, agents_version
from bot.web.asked import Followed
from bot.web.costs.facts import costs_facts, costs_version
from bot.web.deployment_facts import deployment_facts
from bot.web.gate_facts import gate_facts
from bot.web.history_facts import history_facts
from bot.web.merge_facts import merges_facts
from bot.web.metrics_facts import metrics_facts
from bot.web.release_facts import release_facts
from bot.web.run_facts import AskedRun, run_facts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.storage.database import Database
    from bot.web.asked import Asked

    Reader = Callable[[Database, Asked, datetime], Awaitable[object | None]]

_LONGEST_ID = 19


async def facts_for(database: Database, asked: Asked, *, now: datetime) -> object | None:
    """This function will read what the page shows, or return None where there is nothing to show."""
    return await _READERS[asked.kind](database, asked, now)


async def version_for(database: Database, asked: Asked, *, now: datetime) -> str:
    """This function will read how what the page follows stands; empty once it cannot change any more."""
    if asked.kind is Kind.COSTS:  # a whole day is much to read every other second
        return await costs_version(database, asked.repository_id, asked.subject, now=now)
    if asked.kind is Kind.AGENTS:  # and so are a thousand agents
        return await agents_version(database, asked.repository_id)
    facts = await facts_for(database, asked, now=now)
    return facts.version if isinstance(facts, Followed) else ""


async def _tests(database: Database, asked: Asked, now: datetime) -> object | None:
    run = AskedRun(run_id=asked.run_id, attempt=asked.attempt, base=asked.base)
    return await run_facts(database, asked.repository_id, run, now=now)


async def _metrics(database: Database, asked: Asked, now: datetime) -> object | None:
    return await metrics_facts(database, asked.repository_id, now=now)


async def _history(database: Database, asked: Asked, now: datetime) -> object | None:
    return await history_facts(database, asked.repository_id, now=now)


async def _deployment(database: Database, asked: Asked, _now: datetime) -> object | None:
    if not asked.subject.lstrip("-").isdecimal() or len(asked.subject) > _LONGEST_ID:
        return None
    return await deployment_facts(database, asked.repository_id, int(asked.subject))


async def _gate(database: Database, asked: Asked, _now: datetime) -> object | None:
    return await gate_facts(database, asked.repository_id, asked.subject)


async def _merges(database: Database, asked: Asked, _now: datetime) -> object | None:
    return await merges_facts(database, asked.repository_id) if asked.subject == MERGES else None


async def _release(database: Database, asked: Asked, _now: datetime) -> object | None:
    return await release_facts(database, asked.repository_id, asked.subject)


async def _costs(database: Database, asked: Asked, now: datetime) -> object | None:
    return await costs_facts(database, asked.repository_id, asked.subject, now=now)


async def _agents(database: Database, asked: Asked, now: datetime) -> object | None:
    return await agents_facts(database, asked.repository_id, asked.subject, now=now)


_READERS: Mapping[Kind, Reader] = {
    Kind.TESTS: _tests,
    Kind.METRICS: _metrics,
    Kind.HISTORY: _history,
    Kind.DEPLOYMENT: _deployment,
    Kind.GATE: _gate,
    Kind.MERGES: _merges,
    Kind.RELEASE: _release,
    Kind.COSTS: _costs,
    Kind.AGENTS: _agents,
}
