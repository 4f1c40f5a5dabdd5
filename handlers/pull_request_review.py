"""A review was submitted: slash commands in its text are obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import PullRequestReviewEvent


def submitted(event: PullRequestReviewEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the review's commands."""
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
    return hear(request, event.body, GRAMMARS)
