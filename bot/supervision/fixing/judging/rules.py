"""Decides whether a failure of a watched branch is tried to be fixed, from facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decisions.model import conclude
from bot.supervision.fixing.judging.conditions import (
    of_budget,
    of_build,
    of_conduct,
    of_day,
    of_diagnosis,
    of_host,
    of_means,
    of_people,
    of_standing,
    of_tries,
    of_verdict,
)
from bot.supervision.fixing.judging.fact_model import KIND

if TYPE_CHECKING:
    from bot.decisions.model import Decision
    from bot.supervision.fixing.judging.fact_model import FixFacts

# In the order in which they are told: what lies in the failure itself goes before what lies in us.
_CONDITIONS = (
    of_diagnosis,
    of_verdict,
    of_build,
    of_people,
    of_tries,
    of_means,
    of_host,
    of_budget,
    of_standing,
    of_day,
    of_conduct,
)


def decide_fix(facts: FixFacts) -> Decision:
    """This function will decide whether a try is begun now; it waits for what ends by itself."""
    return conclude(KIND, tuple(condition(facts) for condition in _CONDITIONS))
