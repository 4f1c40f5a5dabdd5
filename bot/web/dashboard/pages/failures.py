"""The failures of a repository: what breaks, since when, how often, and what is only flaky."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.failures.facts import failures_facts
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    repository_id = reading.home.repository_id
    facts = await reading.database.read(lambda connection: failures_facts(connection, reading, repository_id))
    return Seen(facts={"facts": facts})


PAGE = DashboardPage(
    name="failures",
    path="/failures",
    template="failures.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Failures",
    order=30,
)
