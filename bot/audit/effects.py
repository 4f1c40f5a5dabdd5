"""Notes in the audit journal what the bot did to the outside world."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.audit.model import Entry, Kind
from bot.audit.store import BOT, append

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

NOWHERE = 0  # the chain of what belongs to no repository
_KEY = re.compile(
    r"([a-z_]+)[/-]([0-9]+)(?:[/-](.*))?"
)  # of an effect: what it is, in which repository, which one


def note_effect(connection: Connection, key: str, result: str, at: datetime) -> None:
    """This function will note an effect by its key, within the transaction that remembers its result."""
    append(connection, entry_of(key, result, at))


def entry_of(key: str, result: str, at: datetime) -> Entry:
    """This function will make the journal's entry of an effect."""
    form = _KEY.fullmatch(key)
    what, repository_id, subject = (form[1], int(form[2]), form[3]) if form else (key, NOWHERE, "")
    return Entry(
        key=f"effect/{key}",
        repository_id=repository_id,
        kind=Kind.EFFECT,
        at=at,
        actor=BOT,
        actor_id=0,
        what=what,
        subject=subject or "",
        result="done",
        detail={"answer": result},
    )
