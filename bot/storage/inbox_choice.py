"""Which inbox belongs to a database URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.storage.inbox import Inbox


def inbox_at(
    url: str,
    *,
    clock: Callable[[], datetime],
    on_commit: Callable[[], None] = lambda: None,
    keeps_payloads: bool = True,
) -> Inbox:
    """This function will make the inbox that belongs to a database URL: a file beside SQLite's, or PostgreSQL's table.

    Args:
        url: of the database.
        clock: the time in UTC.
        on_commit: called on the event loop after deliveries became durable.
        keeps_payloads: whether what a delivery said is kept when it has been handled.
    """
    if url.startswith("sqlite"):
        from bot.storage.inbox_sqlite import SqliteInbox, inbox_path  # noqa: PLC0415 - only one of the two is loaded

        return SqliteInbox(inbox_path(url), clock=clock, on_commit=on_commit, keeps_payloads=keeps_payloads)
    from bot.storage.inbox_postgres import PostgresInbox  # noqa: PLC0415 - psycopg is an extra

    return PostgresInbox(url, clock=clock, on_commit=on_commit, keeps_payloads=keeps_payloads)
