"""Who waits, in every repository: for environments that others hold, and to be merged."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.scope import readable_by
from bot.web.dashboard.standing.queues import queues_of
from bot.web.merge_facts import MERGE_WORDS

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    said = reading.query.get("q", "").strip()[:100]
    mine = partial(readable_by, reading.viewer)
    facts = await reading.database.read(lambda connection: queues_of(connection, mine, said=said))
    shown = {"facts": facts, "said": said, "merge_words": MERGE_WORDS, "is_one": False}
    return Seen(facts=shown, version=facts.version)


PAGE = DashboardPage(
    name="queue",
    path="/queue",
    template="queue.html",
    scope=Scope.PERSON,
    read=_read,
    title="Queue",
    order=10,
)
