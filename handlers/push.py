"""A branch was pushed to: what waits to be merged into it is looked at again, and so is the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.metering.model import FindBudget
from bot.merging.model import EvaluateMerges
from bot.supervision.model import FindSupervision

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import PushEvent


def merges_again(event: PushEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start another look at what waits for the base that has moved."""
    if event.branch is None or event.deleted:
        return ()
    again = EvaluateMerges(repository=event.repository, base_ref=event.branch, cause=f"push-{guid}")
    return (again.start(),)


def budget_again(event: PushEvent, guid: str) -> tuple[Intent, ...]:
    """This function will have the configuration read for a budget, where the default branch has moved."""
    if event.deleted or event.branch != event.repository.default_branch:
        return ()
    return (FindBudget(repository=event.repository, cause=f"push-{guid}").start(),)


def supervision_again(event: PushEvent, guid: str) -> tuple[Intent, ...]:
    """This function will have the configuration read for what is watched, where the default branch has moved."""
    if event.deleted or event.branch != event.repository.default_branch:
        return ()
    return (FindSupervision(repository=event.repository, cause=f"push-{guid}").start(),)
