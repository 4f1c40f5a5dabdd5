"""A commit got a status: what waits to be merged is looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.merging.model import EvaluateMerges

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import StatusEvent

PENDING = "pending"


def merges_again(event: StatusEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start another look at what waits for the commit whose status has ended."""
    if event.state == PENDING:
        return ()
    return (EvaluateMerges(repository=event.repository, sha=event.sha, cause=f"status-{guid}").start(),)
