"""How long people wait for the bot in one repository."""

from __future__ import annotations

from bot.web.dashboard.page import DashboardPage, Scope
from bot.web.dashboard.pages.levels import read_levels

PAGE = DashboardPage(
    name="repository_levels",
    path="/levels",
    template="levels.html",
    scope=Scope.REPOSITORY,
    read=read_levels,
    title="Waits",
    order=67,
)
