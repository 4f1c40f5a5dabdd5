"""A repository's journal as a file that can be verified offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.journal import exported
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen | None:
    repository = reading.home
    if not reading.viewer.writes(repository.repository_id):
        return None
    file = await reading.database.read(
        lambda connection: exported(connection, repository.repository_id, repository.full_name)
    )
    return None if file is None else Seen(download=file)


PAGE = DashboardPage(
    name="audit_export",
    path="/audit/journal.jsonl",
    template="chain.html",
    scope=Scope.REPOSITORY,
    read=_read,
)
