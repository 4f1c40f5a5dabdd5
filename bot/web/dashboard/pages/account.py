"""Who one is signed in as, where, and how that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sign_ins.rules import HOLDS_FOR, HOLDS_IDLE, holds
from bot.sign_ins.store import all_of
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_MOST = 50


async def _read(reading: Reading) -> Seen:
    viewer = reading.viewer
    found = await reading.database.read(lambda connection: all_of(connection, viewer.user_id))
    open_ones = [one for one in found if holds(one, reading.now)]
    writable = sum(one.can_write for one in viewer.repositories.values())
    return Seen(
        facts={
            "sign_ins": open_ones[:_MOST],
            "more": max(0, len(open_ones) - _MOST),
            "readable": len(viewer.repositories),
            "writable": writable,
            "is_whole": viewer.is_whole,
            "days": HOLDS_FOR.days,
            "hours": int(HOLDS_IDLE.total_seconds()) // 3600,
        }
    )


PAGE = DashboardPage(name="account", path="/account", template="account.html", scope=Scope.PERSON, read=_read)
