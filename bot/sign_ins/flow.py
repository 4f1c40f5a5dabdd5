"""The durable story of a person who took back what they allowed the App: their sign-ins end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.audit.store import append
from bot.sign_ins.entries import Ending, ended
from bot.sign_ins.store import end_all

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.engine.model import Run
    from bot.sign_ins.model import EndSignIns
    from bot.storage.database import Database

_log = structlog.get_logger()


async def end_sign_ins(run: Run, request: EndSignIns, *, database: Database) -> None:
    """This function will end every sign-in of the person, and note that in the journal."""
    now = await run.now()

    def end(connection: Connection) -> int:
        found = end_all(connection, request.user_id)
        for each in found:
            append(connection, ended(each, Ending.REVOKED, at=now))
        return len(found)

    count = await run.step("end", lambda: database.write(end), returns=int)
    _log.info("sign_ins_ended", user_id=request.user_id, count=count)
