"""Costs: how the budgets of all repositories stand today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import Stage
from bot.web.costs.model import STAGES
from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.spending import PATH, spending_facts

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_STAGES = (("", "Any"), *((stage.value, STAGES[stage][1]) for stage in Stage))


async def _read(reading: Reading) -> Seen:
    facts = await reading.database.read(lambda connection: spending_facts(connection, reading))
    return Seen(facts={"facts": facts, "stages": _STAGES})


PAGE = DashboardPage(
    name="costs", path=PATH, template="spending.html", scope=Scope.PERSON, read=_read, title="Costs", order=40
)
