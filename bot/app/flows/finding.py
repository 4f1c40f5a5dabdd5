"""The stories of a repository that is new: what its configuration asks for, or what is proposed where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.metering.finding import BudgetFinder
from bot.costs.metering.model import FIND_BUDGET, FIND_BUDGETS, FindBudget, FindBudgets
from bot.engine.model import Flow
from bot.proposals.flow import Proposer
from bot.proposals.model import FLOW as PROPOSE
from bot.proposals.model import ProposeRequest
from bot.supervision.keeping.finding import Finder
from bot.supervision.model import FIND_SUPERVISION, FIND_SUPERVISIONS, FindSupervision, FindSupervisions

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of new repositories to what they need."""
    services = wiring.services
    proposer = Proposer(services.github, services.database, services.effects)
    budgets, supervised = BudgetFinder(services=services), Finder(services=services)
    return (
        Flow(name=PROPOSE, request=ProposeRequest, story=proposer.propose),
        Flow(name=FIND_BUDGET, request=FindBudget, story=budgets.find),
        Flow(name=FIND_BUDGETS, request=FindBudgets, story=budgets.find_all),
        Flow(name=FIND_SUPERVISION, request=FindSupervision, story=supervised.find),
        Flow(name=FIND_SUPERVISIONS, request=FindSupervisions, story=supervised.find_all),
    )
