"""Who waits in a repository: for its environments, and to be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.standing.queues import queues_of
from bot.web.merge_facts import MERGE_WORDS

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    home = reading.home
    facts = await reading.database.read(
        lambda connection: queues_of(connection, lambda column: column == home.repository_id)
    )
    shown = {"facts": facts, "said": "", "merge_words": MERGE_WORDS, "is_one": True}
    return Seen(facts=shown, version=facts.version)


PAGE = DashboardPage(
    name="repository_queue",
    path="/queue",
    template="queue.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Queue",
    order=20,
)
