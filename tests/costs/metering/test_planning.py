"""What a look is to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Stage
from bot.config.costing import CostConfig
from bot.costs.metering.model import Found
from bot.costs.metering.planning import plan_look
from bot.costs.metering.sureness import clock_gap
from bot.costs.model import Gap, GapKind
from tests.support.costs import BUDGET, MONDAY

if TYPE_CHECKING:
    from bot.costs.standing import Budget

TUESDAY = MONDAY + timedelta(days=1)


def test_without_a_budget_nothing_is_read() -> None:
    """A repository whose configuration has no costs is left alone."""
    assert plan_look(Found(budget=None), now=MONDAY) is None


@pytest.mark.parametrize(
    ("budget", "now", "closes"),
    [
        (BUDGET, TUESDAY - timedelta(minutes=1), None),
        (BUDGET, TUESDAY, date(2026, 11, 2)),
        (
            BUDGET,
            TUESDAY + timedelta(days=3),
            date(2026, 11, 2),
        ),  # of the days without a look nothing is known
        (replace(BUDGET, reading_id=""), TUESDAY, None),  # there was no look yet
        (BUDGET, MONDAY - timedelta(hours=1), None),  # the clock went back over midnight
    ],
)
def test_the_first_look_of_a_day_completes_the_day_before(
    budget: Budget, now: object, closes: date | None
) -> None:
    """What ran until midnight ran on after the last look of its day."""
    gap = Gap(source="configuration", kind=GapKind.STALE, text="Old.")
    plan = plan_look(Found(budget=budget, gap=gap), now=now)  # type: ignore[arg-type] # a time of the table
    assert plan is not None
    assert plan.closes == closes
    assert plan.gaps == (gap,)


@pytest.mark.parametrize(
    ("minutes", "word"),
    [(0, ""), (15, ""), (29, ""), (31, "longer ago"), (-0.5, ""), (-2, "backwards"), (-1500, "backwards")],
)
def test_a_clock_that_jumps_is_not_believed(minutes: float, word: str) -> None:
    """A look before the one before, or two ticks after it, acts on nothing; a second put right is no jump."""
    gap = clock_gap(MONDAY, MONDAY + timedelta(minutes=minutes))
    assert (word in gap.text) if gap is not None else not word
    assert clock_gap(None, MONDAY) is None


def test_the_limit_is_what_people_made_of_it() -> None:
    """The file's limit holds, unless people set another one or extended it; an extension ends by itself."""
    plain = replace(BUDGET, config=CostConfig(limit=80))
    assert plain.limit_at(MONDAY) == 80
    people = replace(plain, set_to=Decimal(120))
    assert people.limit_at(MONDAY) == 120
    until = MONDAY + timedelta(hours=18)
    extended = replace(people, extended_to=Decimal(145), extended_until=until)
    assert extended.limit_at(until - timedelta(seconds=1)) == 145
    assert extended.limit_at(until) == 120
    assert replace(extended, extended_to=Decimal(90)).limit_at(MONDAY) == 120


def test_a_new_day_begins_at_the_bottom() -> None:
    """The stage is of a day."""
    assert BUDGET.stage_at(MONDAY) is Stage.FROZEN
    assert BUDGET.stage_at(TUESDAY) is Stage.UNDER
