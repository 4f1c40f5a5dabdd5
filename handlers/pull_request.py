"""A pull request was opened: slash commands in its description are obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import PullRequestEvent


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
