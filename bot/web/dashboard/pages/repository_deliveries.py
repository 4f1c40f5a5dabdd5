"""The deliveries of one repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.deliveries.listing import WORDS, listing_of
from bot.web.dashboard.navigation import repository_address
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_PATH = "/deliveries"


async def _read(reading: Reading) -> Seen:
    listing = await listing_of(reading, path=repository_address(reading.home.full_name, _PATH))
    return Seen(facts={"listing": listing, "words": WORDS}, version=listing.version)


PAGE = DashboardPage(
    name="repository_deliveries",
    path=_PATH,
    template="deliveries.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Deliveries",
    order=65,
)
