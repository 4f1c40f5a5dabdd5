"""The condition that a repository's budget allows what is about to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import STOPS, Mode, Stops
from bot.budget.money import dollars
from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Standing
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.budget.model import BudgetStanding

NAME = "budget"
_BEGUN: Mapping[Stops, str] = {
    Stops.DEPLOYS: "nothing is deployed",
    Stops.NODES: "no machine is started",
    Stops.NEW_AGENTS: "no agent is started",
    Stops.AGENTS: "agents are paused",
    Stops.SPOT: "spot instances are ended",
    Stops.MODELS: "the agents' role is denied model calls",
}
WHO = (
    f"Someone who may change the budget can write {code('/budget extend 25 until 18:00 because …')}, "
    f"which a second such person confirms; {code('/budget why')} shows what led to it."
)


def budget_condition(standing: BudgetStanding | None, what: Stops, *, now: datetime) -> Condition:
    """This function will say whether the day's budget lets this begin, and who can change that where it does not.

    Args:
        standing: how the budget stands; None where the repository has none, which stops nothing.
        what: what is about to begin.
        now: the time; with a new day (UTC) every budget begins again.
    """
    if standing is None:
        return _met("The repository has no budget.")
    stage = standing.stage_at(now)
    if what not in STOPS[stage]:
        if standing.day != now.date():
            return _met(f"The day (UTC) is new; its limit is {dollars(standing.limit)}.")
        return _met(f"{_spent(standing)}.")
    if standing.mode is not Mode.ENFORCE:
        return _met(f"{_spent(standing)}; were the limit enforced, {_BEGUN[what]} now (stage {code(stage)}).")
    return Condition(
        name=NAME,
        standing=Standing.UNMET,
        reason=Reason.BUDGET_FROZEN,
        text=f"{_spent(standing)}, so until 00:00 UTC {_BEGUN[what]} (stage {code(stage)}).",
        who=WHO,
    )


def _met(text: str) -> Condition:
    return Condition(name=NAME, standing=Standing.MET, text=text)


def _spent(standing: BudgetStanding) -> str:
    of = f"{dollars(standing.spent)} of the day's {dollars(standing.limit)} were spent"
    return f"{of} at {standing.read_at:%H:%M} UTC"
