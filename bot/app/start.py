"""What has to be open before a process can begin, and what is said when it cannot be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.clock import clock
from bot.storage.inbox import InboxUnusableError
from bot.storage.inbox_choice import inbox_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config.settings import Settings
    from bot.storage.inbox import Inbox


class StartProblemError(Exception):
    """Something outside the program keeps it from starting; the message says what, and what to do."""


def opened_inbox(settings: Settings, on_commit: Callable[[], None] = lambda: None) -> Inbox:
    """This function will open the inbox that belongs to the database.

    Raises:
        StartProblemError: it cannot be opened.
    """
    inbox = inbox_at(
        settings.database_url,
        clock=clock,
        on_commit=on_commit,
        keeps_payloads=settings.web.keep_payload_hours > 0,
    )
    try:
        inbox.open()
    except InboxUnusableError as error:
        raise StartProblemError(str(error)) from error
    return inbox
