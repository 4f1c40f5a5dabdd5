"""A repository: how it stands, and what waits in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.standing.home import home_facts, home_version

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    facts = await home_facts(reading, reading.home.repository_id)
    return Seen(facts={"facts": facts, "repository": reading.home}, version=facts.version)


async def _version(reading: Reading) -> str:
    return await home_version(reading, reading.home.repository_id)


PAGE = DashboardPage(
    name="repository",
    path="",
    template="repository.html",
    scope=Scope.REPOSITORY,
    read=_read,
    follow=_version,
    title="Now",
    order=0,
)
