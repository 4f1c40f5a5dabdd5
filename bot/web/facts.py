"""Gathers what each kind of page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.page_links import Kind
from bot.web.deployment_facts import deployment_facts
from bot.web.gate_facts import gate_facts
from bot.web.history_facts import history_facts
from bot.web.metrics_facts import metrics_facts
from bot.web.run_facts import AskedRun, run_facts

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Database
    from bot.web.asked import Asked

_LONGEST_ID = 19


async def facts_for(database: Database, asked: Asked, *, now: datetime) -> object | None:
    """This function will read what the page shows, or return None where there is nothing to show."""
    repository_id = asked.repository_id
    match asked.kind:
        case Kind.TESTS:
            run = AskedRun(run_id=asked.run_id, attempt=asked.attempt, base=asked.base)
            return await run_facts(database, repository_id, run, now=now)
        case Kind.METRICS:
            return await metrics_facts(database, repository_id, now=now)
        case Kind.HISTORY:
            return await history_facts(database, repository_id, now=now)
        case Kind.DEPLOYMENT:
            if not asked.subject.lstrip("-").isdecimal() or len(asked.subject) > _LONGEST_ID:
                return None
            return await deployment_facts(database, repository_id, int(asked.subject))
        case Kind.GATE:
            return await gate_facts(database, repository_id, asked.subject)
        case _:
            assert_never(asked.kind)
