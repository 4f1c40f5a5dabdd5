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

    def __init__(self, message: str, *, is_passing: bool = False) -> None:
        super().__init__(message)
        self.is_passing = is_passing  # it may be otherwise in a minute, with the same settings


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
        raise StartProblemError(str(error), is_passing=is_server_away(settings, error)) from error
    return inbox


def is_server_away(settings: Settings, error: Exception) -> bool:
    """This function will say whether a database server did not answer, which it may do a moment later."""
    if settings.database_url.startswith("sqlite"):
        return False
    # Imported here: the web process does without them on SQLite.
    from psycopg import OperationalError  # noqa: PLC0415 - see above
    from sqlalchemy.exc import OperationalError as WrappedError  # noqa: PLC0415 - see above

    return isinstance(error.__cause__, OperationalError | WrappedError)
