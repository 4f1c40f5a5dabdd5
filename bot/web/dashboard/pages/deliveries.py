"""Deliveries: what GitHub told, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.deliveries.listing import WORDS, listing_of
from bot.web.dashboard.deliveries.one import replay_failed
from bot.web.dashboard.page import DashboardPage, Done, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_PATH = "/deliveries"


async def _read(reading: Reading) -> Seen:
    listing = await listing_of(reading, path=_PATH)
    return Seen(facts={"listing": listing, "words": WORDS}, version=listing.version)


async def _replay(reading: Reading) -> Done:
    return Done(address=_PATH, said=await replay_failed(reading))


PAGE = DashboardPage(
    name="deliveries",
    path=_PATH,
    template="deliveries.html",
    scope=Scope.PERSON,
    read=_read,
    title="Deliveries",
    order=20,
    acts={"replay": _replay},
)
