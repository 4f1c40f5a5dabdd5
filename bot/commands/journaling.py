"""Notes in the audit journal what became of each command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.audit.model import Entry, Kind
from bot.audit.store import journal

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.model import Receipt
    from bot.engine.model import Run
    from bot.github.models import Actor
    from bot.storage.database import Database


async def note_receipt(
    run: Run, receipt: Receipt, *, by: Actor, repository_id: int, database: Database
) -> None:
    """This function will note how the command stands, once for each standing."""
    now = await run.now()
    entry = entry_of(receipt, by=by, repository_id=repository_id, at=now)
    await run.step(f"journal {receipt.key} {receipt.status}", lambda: journal(database, entry), returns=None)


def entry_of(receipt: Receipt, *, by: Actor, repository_id: int, at: datetime) -> Entry:
    """This function will make the journal's entry of a receipt."""
    return Entry(
        key=f"command/{receipt.key}/{receipt.status}",
        repository_id=repository_id,
        kind=Kind.COMMAND,
        at=at,
        actor=by.login,
        actor_id=by.id,
        what=f"command {receipt.status}",
        subject=f"#{receipt.number} {receipt.line}",
        result=receipt.reason,
    )
