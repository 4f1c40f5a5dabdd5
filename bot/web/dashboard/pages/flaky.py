"""The flaky tests of a repository: how often each passes, and what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.failures.facts import RATED_DAYS, flaky_tests
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    repository_id = reading.home.repository_id
    tests = await reading.database.read(lambda connection: flaky_tests(connection, reading, repository_id))
    return Seen(facts={"tests": tests, "days": RATED_DAYS})


PAGE = DashboardPage(
    name="flaky",
    path="/flaky",
    template="flaky.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Flaky tests",
    order=40,
)
