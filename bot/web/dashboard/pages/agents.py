"""Agents: how those of all repositories stand, trouble first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.answering.words import ORDER
from bot.web.dashboard.crew import PATH, crew_facts, crew_version
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_STATES = (("", "Any"), *((state.value, state.value.capitalize()) for state in ORDER))


async def _read(reading: Reading) -> Seen:
    facts = await reading.database.read(lambda connection: crew_facts(connection, reading))
    return Seen(facts={"facts": facts, "states": _STATES}, version=await _version(reading))


async def _version(reading: Reading) -> str:
    return await reading.database.read(lambda connection: crew_version(connection, reading))


PAGE = DashboardPage(
    name="agents",
    path=PATH,
    template="crew.html",
    scope=Scope.PERSON,
    read=_read,
    follow=_version,
    title="Agents",
    order=50,
)
