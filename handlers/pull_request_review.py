"""A review was submitted, edited or dismissed: its slash commands are obeyed, gates are looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from bot.gates.starts import PullNews
from bot.merging.model import EvaluateMerges
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import PullRequestReviewEvent


def submitted(event: PullRequestReviewEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the review's commands, and the evaluation of the gates."""
    request = ObeyRequest(
        repository=event.repository,
        number=event.pull_request.number,
        is_pull_request=True,
        source=Source.REVIEW,
        source_id=event.review_id,
        author=event.author,
        created_at=event.submitted_at,
        commands=(),
    )
    return (*hear(request, event.body, GRAMMARS), *gates_again(event, guid))


def gates_again(event: PullRequestReviewEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the evaluation of the gates of the reviewed pull request."""
    news = PullNews(
        repository=event.repository,
        number=event.pull_request.number,
        cause=f"review-{event.review_id}-{event.action}-{guid}",
    )
    return (news.start(),)


def merge_again(event: PullRequestReviewEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start another look at the wish to merge the reviewed pull request."""
    number = event.pull_request.number
    again = EvaluateMerges(repository=event.repository, number=number, cause=f"review-{guid}")
    return (again.start(),)
