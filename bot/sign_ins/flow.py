"""The durable story of a person who took back what they allowed the App: their sign-ins end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.sign_ins.store import end_all

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.sign_ins.model import EndSignIns
    from bot.storage.database import Database

_log = structlog.get_logger()


async def end_sign_ins(run: Run, request: EndSignIns, *, database: Database) -> None:
    """This function will end every sign-in of the person."""

    async def end() -> int:
        return len(await database.write(lambda connection: end_all(connection, request.user_id)))

    ended = await run.step("end", end, returns=int)
    _log.info("sign_ins_ended", user_id=request.user_id, count=ended)
