"""A configuration without costs any more: what the limit holds is given back before the budget is forgotten."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import PAUSE_AGENTS, AgentResult, AgentState, Mode, PauseAgents
from bot.engine.model import Flow
from tests.support.costs import PLAIN, Teller, costing

if TYPE_CHECKING:
    from pathlib import Path

    from bot.engine.model import Run


@pytest.mark.parametrize("resumed", [AgentState.RUNNING, AgentState.KEPT])
async def test_nobody_stays_paused_by_a_budget_that_is_gone(tmp_path: Path, resumed: AgentState) -> None:
    """Costs are taken out of the file while agents are paused: they go on at the next look, then it is forgotten.

    An agent that a person paused stays so, which is no reason to ask for ever.
    """
    asked: list[PauseAgents] = []

    async def pause(run: Run, request: PauseAgents) -> None:
        asked.append(request)
        state = resumed if request.is_resume else AgentState.PAUSED
        await run.send(request.answer(tuple(AgentResult(agent=name, state=state) for name in request.agents)))

    teller = Teller(hourly={"i-1": Decimal(1)})
    async with costing(tmp_path, teller, config=f"{PLAIN}agents: {{A1: {{}}}}\n") as costs:
        costs.bot.engine.flows[PAUSE_AGENTS] = Flow(name=PAUSE_AGENTS, request=PauseAgents, story=pause)
        await costs.tick()
        await costs.enforce()
        teller.hourly = {"i-1": Decimal(500)}
        await costs.tick()
        await costs.tick()
        assert [one.is_resume for one in asked] == [False]
        costs.configure("merge: {}\n")
        await costs.bot.settle()
        budget = await costs.budget()
        assert budget is not None
        assert budget.mode is Mode.DRY_RUN
        await costs.tick()
        assert [one.is_resume for one in asked] == [False, True]
        await costs.tick()
        assert await costs.budget() is None
