"""A comment was written: its slash commands are obeyed. Edits and deletions never are; they void what it approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from bot.gates.changes import CommentChange
from bot.gates.ledger import body_digest
from bot.gates.starts import PullNews
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


def edited(event: IssueCommentEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the looking for what the comment approved before it was edited."""
    return _changed(event, guid, body_digest(event.comment.body))


def deleted(event: IssueCommentEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the looking for what the comment approved before it was deleted."""
    return _changed(event, guid, None)


def _changed(event: IssueCommentEvent, guid: str, digest: str | None) -> tuple[Intent, ...]:
    if not event.is_pull_request or event.comment.author.is_bot:  # no bot approves: its edits change nothing
        return ()
    news = PullNews(
        repository=event.repository,
        number=event.number,
        cause=f"comment-{event.comment.id}-{event.action}-{guid}",
        comment=CommentChange(comment_id=event.comment.id, by=event.sender, body_digest=digest),
    )
    return (news.start(),)
