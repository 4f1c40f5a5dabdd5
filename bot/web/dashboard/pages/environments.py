"""A repository's environments: what runs where, since when, who holds the lock, who waits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.deployments.leases.model import EVERYWHERE, Place
from bot.deployments.leases.rows import lease_of
from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.standing.environments import environments_of, stage_word
from bot.web.dashboard.standing.held import HOLDS

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_DIGITS = 12


async def _read(reading: Reading) -> Seen:
    home = reading.home
    found = await reading.database.read(lambda connection: environments_of(connection, home.repository_id))
    everywhere = await reading.database.read(
        lambda connection: lease_of(
            connection, Place(repository_id=home.repository_id, environment=EVERYWHERE)
        )
    )
    shown = {
        "environments": found,
        "everywhere": everywhere,
        "stage_word": stage_word,
        "repository": home,
        "holds": HOLDS,
    }
    told = "\n".join((*(one.version for one in found), str(everywhere)))
    return Seen(facts=shown, version=hashlib.sha256(told.encode()).hexdigest()[:_DIGITS])


PAGE = DashboardPage(
    name="environments",
    path="/environments",
    template="environments.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Environments",
    order=10,
)
