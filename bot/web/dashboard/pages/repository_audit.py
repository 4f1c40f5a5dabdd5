"""The journal of one repository, and whether its chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.audit.model import Kind
from bot.web.dashboard.journal import MOST_CHECKED, chain_facts, older
from bot.web.dashboard.navigation import repository_address
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_PATH = "/audit"
# Nobody signs in to a single repository.
_KINDS = (("", "Any"), *((kind.value, kind.value.capitalize()) for kind in Kind if kind is not Kind.SIGN_IN))


async def _read(reading: Reading) -> Seen:
    repository = reading.home
    if not reading.viewer.writes(repository.repository_id):
        return Seen(facts={"facts": None})
    facts = await reading.database.read(
        lambda connection: chain_facts(connection, reading, repository.repository_id)
    )
    address = repository_address(repository.full_name, _PATH)
    return Seen(facts={"facts": facts, "kinds": _KINDS, "older": older(address, facts), "most": MOST_CHECKED})


PAGE = DashboardPage(
    name="repository_audit",
    path=_PATH,
    template="chain.html",
    scope=Scope.REPOSITORY,
    read=_read,
    title="Audit",
    order=70,
)
