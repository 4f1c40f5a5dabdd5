"""Decides whether a pull request may be merged now, from facts alone; what cannot be read blocks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.config.freezing import open_window
from bot.decisions.model import Condition, Standing, conclude
from bot.merging.judging.conditions import asking, base, branch, change, evidence, order, reviewing
from bot.merging.model import KIND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.decisions.model import Decision
    from bot.merging.judging.fact_model import MergeFacts

# In the order in which they are told: the first that blocks is the answer.
_CONDITIONS: tuple[Callable[[MergeFacts], Condition], ...] = (
    change.pull_request,
    asking.head,
    asking.configuration,
    asking.role,
    asking.wanted,
    change.draft,
    change.hold,
    change.labels,
    change.title,
    change.fork,
    base.method,
    order.depends,
    order.stack,
    reviewing.reviews,
    reviewing.conversations,
    branch.mergeable,
    evidence.checks,
    base.base,
    branch.up_to_date,
    base.freeze,
    base.budget,
    evidence.quiet,
)
_PASSES_WITH_AN_UPDATE = {"up_to_date", "checks", "quiet", "github"}


class Lane(StrEnum):
    """The way into the base."""

    DIRECT = "direct"
    TRAIN = "train"
    QUEUE = "queue"  # GitHub's own


def decide_merge(facts: MergeFacts) -> Decision:
    """This function will decide whether the pull request may be merged now.

    It waits for what time or machines may bring, and is refused where a person has to do something.
    """
    if facts.problem:
        return conclude(KIND, (change.pull_request(facts), asking.head(facts), asking.readable(facts)))
    conditions = tuple(condition(facts) for condition in _CONDITIONS)
    return conclude(KIND, (*conditions, branch.github(facts, conditions)))


def lane_of(facts: MergeFacts) -> Lane:
    """This function will say which way into the base a pull request takes that may be merged.

    Where GitHub demands that each branch contains the newest commit of its base, a train would be refused after its
    first car, so there is none.
    """
    if facts.base.rules.queue:
        return Lane.QUEUE
    return Lane.TRAIN if facts.policy.train is not None and not facts.base.rules.up_to_date else Lane.DIRECT


def is_update_due(decision: Decision) -> bool:
    """This function will say whether the branch should get what is new in its base: nothing else stands against it.

    Checks that run for a head which has to be another one are not waited for.
    """
    standing = {one.name: one.standing for one in decision.conditions if one.is_open}
    return (
        standing.get("up_to_date") is Standing.PENDING
        and standing.keys() <= _PASSES_WITH_AN_UPDATE
        and set(standing.values()) == {Standing.PENDING}
    )


def due_at(facts: MergeFacts, decision: Decision) -> datetime | None:
    """This function will say when time alone changes the decision, so that it is looked at again then."""
    waiting = {one.name for one in decision.conditions if one.standing is Standing.PENDING}
    closed = open_window(facts.policy.freeze, facts.now) if facts.policy.freeze is not None else None
    moments = {
        "quiet": evidence.quiet_until(facts),
        "freeze": closed.until if closed is not None else None,
        "budget": base.next_day(facts),
        "checks": evidence.patient_until(facts),
        "github": branch.noticed_until(facts),
    }
    found = [moment for name, moment in moments.items() if name in waiting and moment is not None]
    return min((moment for moment in found if moment > facts.now), default=None)
