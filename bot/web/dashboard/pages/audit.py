"""Audit: who did what, in every repository that one may write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.audit.model import Kind
from bot.web.dashboard.journal import journal_facts, older
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_PATH = "/audit"
_KINDS = (("", "Any"), *((kind.value, kind.value.capitalize()) for kind in Kind))


async def _read(reading: Reading) -> Seen:
    facts = await reading.database.read(lambda connection: journal_facts(connection, reading))
    return Seen(facts={"facts": facts, "kinds": _KINDS, "older": older(_PATH, facts)})


PAGE = DashboardPage(
    name="audit",
    path=_PATH,
    template="journal.html",
    scope=Scope.PERSON,
    read=_read,
    title="Audit",
    order=60,
)
