"""A comment was written: its slash commands are obeyed. Edits and deletions never are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import IssueCommentEvent


def created(event: IssueCommentEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the comment's commands."""
    request = ObeyRequest(
        repository=event.repository,
        number=event.number,
        is_pull_request=event.is_pull_request,
        source=Source.COMMENT,
        source_id=event.comment.id,
        author=event.comment.author,
        created_at=event.comment.created_at,
        commands=(),
        app_id=event.comment.app_id,
    )
    return hear(request, event.comment.body, GRAMMARS)
