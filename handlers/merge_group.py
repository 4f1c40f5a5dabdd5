"""GitHub's merge queue built a commit and asks for its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.merging.keeping.model import GroupRequest

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import MergeGroupEvent


def checks_requested(event: MergeGroupEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the answer on the queue's commit."""
    request = GroupRequest(repository=event.repository, head_sha=event.head_sha, head_ref=event.head_ref)
    return (request.start(),)
