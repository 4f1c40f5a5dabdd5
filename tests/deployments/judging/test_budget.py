"""The repository's budget as a condition of deployments and of what a policy merges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.budget.model import BudgetStanding, Mode, Stage
from bot.decisions.model import Outcome, Standing
from bot.deployments.judging.rules import decide_deploy
from bot.deployments.model import Task
from bot.merging.judging.conditions.base import budget
from bot.merging.judging.rules import decide_merge, due_at
from bot.merging.model import Source
from tests.support import merge_facts
from tests.support.facts import FACTS


def frozen(now: datetime) -> BudgetStanding:
    """This function will make a budget that is frozen at the time."""
    return BudgetStanding(
        repository_id=22,
        day=now.date(),
        stage=Stage.FROZEN,
        mode=Mode.ENFORCE,
        limit=Decimal(100),
        spent=Decimal(97),
        forecast=Decimal(120),
        read_at=now - timedelta(minutes=2),
    )


def test_a_frozen_budget_refuses_a_deployment() -> None:
    """Nothing is deployed while the budget is frozen, and the answer says how that ends."""
    decision = decide_deploy(replace(FACTS, budget=frozen(FACTS.now)))
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, "budget_frozen")
    assert "/budget extend" in decision.text


@pytest.mark.parametrize("task", [Task.ROLLBACK, Task.TEARDOWN])
def test_the_way_back_is_always_open(task: Task) -> None:
    """A rollback or a teardown never waits for the budget."""
    facts = replace(FACTS, budget=frozen(FACTS.now), asked=replace(FACTS.asked, task=task))
    found = next(one for one in decide_deploy(facts).conditions if one.name == "budget")
    assert found.standing is Standing.WAIVED


def test_a_plan_may_always_be_made() -> None:
    """A plan changes nothing, so no budget holds it back."""
    facts = replace(FACTS, budget=frozen(FACTS.now), asked=replace(FACTS.asked, plan_only=True))
    found = next(one for one in decide_deploy(facts).conditions if one.name == "budget")
    assert found.standing is Standing.WAIVED


def test_a_policy_waits_with_merging() -> None:
    """What a policy merges waits for the budget until the next day (UTC); a person's merge does not."""
    facts = merge_facts.FACTS
    by_policy = replace(facts, asked=replace(facts.asked, source=Source.POLICY), budget=frozen(facts.now))
    found = budget(by_policy)
    assert (found.standing, found.reason) == (Standing.PENDING, "budget_frozen")
    assert "or when somebody writes `/merge`" in found.who
    assert budget(replace(by_policy, asked=facts.asked)).standing is Standing.MET
    assert budget(replace(by_policy, budget=None)).standing is Standing.MET
    decision = decide_merge(by_policy)
    tomorrow = datetime.combine(facts.now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    assert due_at(by_policy, decision) == tomorrow
