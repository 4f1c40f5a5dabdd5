"""A repository's environments: what runs where, since when, who holds the lock, who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.leases.model import EVERYWHERE, Place
from bot.deployments.leases.rows import lease_of
from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.standing.environments import environments_of, stage_word
from bot.web.dashboard.standing.held import HOLDS
from bot.web.dashboard.standing.rows import digest_of

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading


async def _read(reading: Reading) -> Seen:
    home = reading.home
    whole = Place(repository_id=home.repository_id, environment=EVERYWHERE)
    found, everywhere = await reading.database.read(
        lambda connection: (environments_of(connection, home.repository_id), lease_of(connection, whole))
    )
    shown = {
        "environments": found,
        "everywhere": everywhere,
        "stage_word": stage_word,
        "repository": home,
        "holds": HOLDS,
    }
    return Seen(facts=shown, version=digest_of((*(one.version for one in found), everywhere)))


PAGE = DashboardPage(
    name="environments",
    path="/environments",
    template="environments.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Environments",
    order=10,
)
