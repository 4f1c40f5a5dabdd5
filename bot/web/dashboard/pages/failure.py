"""One failure of a repository: every time it was seen, and what shows that it is flaky."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.failures.one import failure_facts
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen | None:
    facts = await failure_facts(reading, reading.home.repository_id, reading.match["fingerprint"])
    return None if facts is None else Seen(facts={"facts": facts})


PAGE = DashboardPage(
    name="failure",
    path="/failures/{fingerprint:[0-9a-f]{6,64}}",
    template="failure.html",
    scope=Scope.REPOSITORY,
    read=_read,
)
