"""Stores that a try came to nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.reasons import Reason
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.store import change_fix

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.engine.model import Run
    from bot.storage.database import Database
    from bot.supervision.fixing.model import Fix, Tried

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Why nothing is proposed."""

    reason: str  # of `Reason`
    text: str  # safe Markdown
    tried: Tried | None = None  # None where no fixer was begun


async def end_fix(run: Run, database: Database, fix_id: str, outcome: Outcome) -> None:
    """This function will store how a try ended; what the host did not say is no refusal."""
    now = await run.now()
    end = partial(_end, fix_id=fix_id, outcome=outcome, at=now)
    await run.step(f"end {outcome.reason}", lambda: database.write(end), returns=None)
    _log.info("fix_ended", fix=fix_id, reason=outcome.reason)


def _end(connection: Connection, *, fix_id: str, outcome: Outcome, at: datetime) -> None:
    is_unknown = outcome.reason == Reason.HOST_UNREACHABLE
    state = FixState.UNKNOWN if is_unknown else FixState.REFUSED

    def change(known: Fix) -> Fix:
        ended = replace(
            known, state=state, reason=outcome.reason, text=outcome.text, updated_at=at, ended_at=at
        )
        tried = outcome.tried
        return ended if tried is None else replace(ended, fixer=tried.fixer, price=tried.price)

    change_fix(connection, fix_id, change)
