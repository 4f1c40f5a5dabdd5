"""A pull request was opened, pushed to, retargeted or closed: its commands, its gates, the policy it may propose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from bot.deployments.locks.starts import ClosedPull
from bot.gates.starts import PullNews
from bot.merging.keeping.model import Change, MergeNews
from bot.picking.waiting import MergedPull
from bot.proposals.model import ProposeRequest
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import PullRequestEvent

# What may make or end a wish to merge, by GitHub's name of it; everything else has it looked at again.
_CHANGES = {
    "labeled": Change.LABELED,
    "unlabeled": Change.UNLABELED,
    "synchronize": Change.PUSHED,
    "closed": Change.CLOSED,
    "dequeued": Change.DEQUEUED,
}


def opened(event: PullRequestEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the description's commands."""
    request = ObeyRequest(
        repository=event.repository,
        number=event.pull_request.number,
        is_pull_request=True,
        source=Source.DESCRIPTION,
        source_id=event.pull_request.number,
        author=event.pull_request.author,
        created_at=event.created_at,
        commands=(),
    )
    return hear(request, event.body, GRAMMARS)


def edited(event: PullRequestEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the evaluation of the gates of a pull request that has another base now."""
    return gates_again(event, guid) if event.previous_base_ref is not None else ()


def gates_again(event: PullRequestEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the evaluation of the gates of a pull request that was pushed to, closed or reopened."""
    news = PullNews(
        repository=event.repository, number=event.pull_request.number, cause=f"{event.action}-{guid}"
    )
    return (news.start(),)


def closed(event: PullRequestEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the freeing of what a merged or closed pull request held."""
    return (ClosedPull(repository=event.repository, number=event.pull_request.number, cause=guid).start(),)


def picks(event: PullRequestEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the backports that waited for the merge of a pull request."""
    if not event.pull_request.merged:
        return ()
    return (MergedPull(repository=event.repository, number=event.pull_request.number).start(),)


def merge_news(event: PullRequestEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the taking in of what somebody did, which may make or end a wish to merge."""
    news = MergeNews(
        repository=event.repository,
        number=event.pull_request.number,
        cause=f"{event.action}-{guid}",
        change=_CHANGES.get(event.action, Change.OTHER),
        person=event.sender,
        head_sha=event.pull_request.head_sha,
        label=event.label,
        reason=event.reason,
    )
    return (news.start(),)


def policy(event: PullRequestEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the look at a head that may propose another policy."""
    return _looked_at(event, event.action)


def policy_onto(event: PullRequestEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the look at a head whose pull request has another base now."""
    is_retargeted = event.previous_base_ref is not None
    return _looked_at(event, f"onto-{event.pull_request.base_ref}") if is_retargeted else ()


def _looked_at(event: PullRequestEvent, cause: str) -> tuple[Intent, ...]:
    pull = event.pull_request
    request = ProposeRequest(
        repository=event.repository, number=pull.number, head_sha=pull.head_sha, cause=cause
    )
    return (request.start(),)
