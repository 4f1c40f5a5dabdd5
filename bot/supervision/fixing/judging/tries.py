"""Counts the tries that were made at a failure and on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.states import AT_WORK

if TYPE_CHECKING:
    from bot.supervision.fixing.judging.fact_model import EarlierFix, FixFacts

DAY = timedelta(days=1)
MEMORY = timedelta(days=30)  # after which what was tried is forgotten
# What came to nothing before anything was tried, or was overtaken, is no try.
_NO_TRY = frozenset(
    {
        Reason.ONLY_OBSERVED,
        Reason.BUILD_OLD,
        Reason.BUDGET_FROZEN,
        Reason.HOST_NOT_ALLOWED,
        Reason.GITHUB_UNAVAILABLE,
    }
)
_STANDING = AT_WORK | {FixState.PROPOSED, FixState.FIXED}


def is_try(one: EarlierFix) -> bool:
    """This function will say whether it counts as a try."""
    return bool(one.fixer) or one.reason not in _NO_TRY


def tries_of(facts: FixFacts) -> tuple[EarlierFix, ...]:
    """This function will return the tries at this very failure, since its job passed last."""
    return tuple(one for one in facts.earlier if one.is_same and is_try(one))


def next_round(facts: FixFacts) -> int:
    """This function will number the try that would be made now, from 1."""
    return len(tries_of(facts)) + 1


def tries_of_day(facts: FixFacts) -> tuple[EarlierFix, ...]:
    """This function will return the tries of the last 24 hours, at whatever."""
    return tuple(one for one in facts.earlier if is_try(one) and one.begun_at > facts.now - DAY)


def standing_fix(facts: FixFacts) -> EarlierFix | None:
    """This function will return the fix that goes on now and may mend this failure too, if there is one.

    What one tool says first often hides or causes what it says next, so of each tool one failure a branch is tried. A
    suggestion stands in the way of other suggestions only.
    """
    trouble = facts.trouble
    standing = _STANDING if facts.limits.conduct is Conduct.ACT else _STANDING | {FixState.SUGGESTED}
    return next(
        (
            one
            for one in facts.earlier
            if one.state in standing
            and (
                one.fingerprint == trouble.failure.fingerprint
                or (one.branch, one.tool) == (trouble.branch, trouble.failure.tool)
            )
        ),
        None,
    )


def declined(facts: FixFacts) -> EarlierFix | None:
    """This function will return the fix of this very failure that a person closed, if one did since its job passed."""
    return next((one for one in facts.earlier if one.is_same and one.reason == Reason.FIX_CLOSED), None)
