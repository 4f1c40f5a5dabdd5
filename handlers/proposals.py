"""A pull request may propose another policy: each new head is looked at, and so is a new base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.proposals.model import ProposeRequest
from bot.proposals.render import pull_of

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import CheckRunEvent, PullRequestEvent


def pushed(event: PullRequestEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will look at a head that was opened, pushed or opened again."""
    return _look(event, event.action)


def edited(event: PullRequestEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will look once more where the base has changed."""
    if event.previous_base_ref is None:
        return ()
    return _look(event, f"onto-{event.pull_request.base_ref}")


def rerequested(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will look once more where someone asks for our check run again."""
    number = pull_of(event.check_run.external_id)
    if number is None:
        return ()
    request = ProposeRequest(
        repository=event.repository,
        number=number,
        head_sha=event.check_run.head_sha,
        cause=f"asked-{guid}",
    )
    return (request.start(),)


def _look(event: PullRequestEvent, cause: str) -> tuple[Intent, ...]:
    pull = event.pull_request
    request = ProposeRequest(
        repository=event.repository, number=pull.number, head_sha=pull.head_sha, cause=cause
    )
    return (request.start(),)
