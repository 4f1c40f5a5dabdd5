"""The overview: the repositories that need somebody come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    return Seen(facts={"login": reading.viewer.login})


PAGE = DashboardPage(
    name="overview",
    path="/",
    template="overview.html",
    scope=Scope.PERSON,
    read=_read,
    title="Overview",
    order=0,
)
