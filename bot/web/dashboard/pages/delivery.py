"""One delivery: what it said, what came of it, and a button to have it handled again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.deliveries.one import delivery_asked_for, facts_of, replay, version_of
from bot.web.dashboard.page import DashboardPage, Done, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen | None:
    delivery = await delivery_asked_for(reading)
    if delivery is None:
        return None
    facts = await facts_of(reading, delivery)
    return Seen(facts={"facts": facts, "delivery": delivery}, version=facts.version)


async def _replay(reading: Reading) -> Done:
    return Done(address=f"/deliveries/{reading.match['sequence']}", said=await replay(reading))


PAGE = DashboardPage(
    name="delivery",
    path="/deliveries/{sequence:[0-9]{1,18}}",
    template="delivery.html",
    scope=Scope.PERSON,
    read=_read,
    follow=version_of,
    acts={"replay": _replay},
)
