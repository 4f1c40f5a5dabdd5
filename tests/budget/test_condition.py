"""Whether a budget lets something begin, and what is said where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.budget.condition import budget_condition
from bot.budget.model import STOPS, BudgetStanding, Mode, Stage, Stops
from bot.budget.money import dollars, percent
from bot.decisions.model import Standing

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FROZEN = BudgetStanding(
    repository_id=22,
    day=date(2026, 11, 23),
    stage=Stage.FROZEN,
    mode=Mode.ENFORCE,
    limit=Decimal(100),
    spent=Decimal("96.1"),
    forecast=Decimal(120),
    read_at=NOON - timedelta(minutes=5),
)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("what", Stops)
def test_each_stage_stops_what_the_table_says(stage: Stage, what: Stops) -> None:
    """What a stage stops is the table's alone, and a dry run or another day stops nothing."""
    standing = replace(FROZEN, stage=stage)
    found = budget_condition(standing, what, now=NOON)
    stops = what in STOPS[stage]
    assert found.standing is (Standing.UNMET if stops else Standing.MET)
    assert standing.stops(what, now=NOON) is stops
    dry = replace(standing, mode=Mode.DRY_RUN)
    assert budget_condition(dry, what, now=NOON).standing is Standing.MET
    assert budget_condition(standing, what, now=NOON + timedelta(hours=12)).standing is Standing.MET


def test_the_refusal_says_who_can_lift_it() -> None:
    """A refusal has the figures, how long it lasts, and how people can end it."""
    found = budget_condition(FROZEN, Stops.DEPLOYS, now=NOON)
    assert found.reason == "budget_frozen"
    assert found.text == (
        "$96.10 of the day's $100.00 were spent at 11:55 UTC, so until 00:00 UTC nothing is deployed (stage `frozen`)."
    )
    assert "`/budget extend 25 until 18:00 because …`, which a second such person confirms" in found.who


def test_no_budget_stops_nothing() -> None:
    """A repository without a budget is held back by none."""
    assert budget_condition(None, Stops.DEPLOYS, now=NOON).text == "The repository has no budget."


def test_a_new_day_begins_again() -> None:
    """Yesterday's stage says nothing of today."""
    found = budget_condition(FROZEN, Stops.NODES, now=NOON + timedelta(hours=12))
    assert found.text == "The day (UTC) is new; its limit is $100.00."


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("1234.5", "$1,234.50"),
        ("0", "$0.00"),
        ("0.005", "$0.0050"),
        ("-0.5", "-$0.50"),
        ("0.01", "$0.01"),
        ("99.999", "$100.00"),
        ("-0.00001", "$0.0000"),
    ],
)
def test_money(amount: str, said: str) -> None:
    """Amounts are said to the cent; less than a cent is said finer, and never as nothing spent."""
    assert dollars(Decimal(amount)) == said


@pytest.mark.parametrize(("amount", "said"), [("99.999", "99 %"), ("100", "100 %"), ("0", "0 %")])
def test_parts(amount: str, said: str) -> None:
    """A part is rounded down, so that no mark is told before it is reached."""
    assert percent(Decimal(amount), Decimal(100)) == said


def test_a_part_of_nothing() -> None:
    """A limit of nothing has no parts."""
    assert percent(Decimal(5), Decimal(0)) == "0 %"
