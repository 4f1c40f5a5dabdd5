"""A button of one of our check runs was pressed: it stands for a command, or asks for the check run once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from bot.diagnosis.reporting.render import pull_number
from bot.diagnosis.summary import SummariseRequest
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import CheckRunEvent

# Identifier of a button → the command it stands for.
BUTTONS = {"rerun_failed": "/rerun failed"}


def requested_action(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the command that the pressed button stands for."""
    line = BUTTONS.get(event.requested_action or "")
    number = pull_number(event.check_run.external_id)
    if line is None or number is None or event.check_run.started_at is None:
        return ()
    request = ObeyRequest(
        repository=event.repository,
        number=number,
        is_pull_request=True,
        source=Source.BUTTON,
        source_id=event.check_run.id,
        author=event.sender,
        created_at=event.check_run.started_at,
        commands=(),
        press=guid,
    )
    return hear(request, line, GRAMMARS)


def rerequested(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the writing anew of our check run, for which GitHub waits."""
    number = pull_number(event.check_run.external_id)
    if number is None:
        return ()
    request = SummariseRequest(
        repository=event.repository,
        number=number,
        head_sha=event.check_run.head_sha,
        news=f"asked-{guid}",
        is_asked=True,
    )
    return (request.start(),)
