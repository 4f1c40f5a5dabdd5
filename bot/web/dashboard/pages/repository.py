"""A repository: how it stands, and what waits in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    return Seen(facts={"repository": reading.repository})


PAGE = DashboardPage(
    name="repository",
    path="",
    template="repository.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Repository",
    order=0,
)
