"""Tells in an answer how the wish to merge a pull request stands, and who holds it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import code, escape
from bot.merging.model import Hold, MergeState, Wish
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.store import wish_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.model import Call
    from bot.commands.spec import Services
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    wish: Wish | None
    hold: Hold | None


async def merge_said(run: Run, call: Call, services: Services) -> str:
    """This function will say how the pull request's merge stands, and return "" where nobody has spoken of one."""
    repository_id, number = call.request.repository.id, call.request.number

    def read(connection: Connection) -> _Standing:
        return _Standing(
            wish=wish_of(connection, repository_id, number), hold=hold_of(connection, repository_id, number)
        )

    standing = await run.step(
        f"merge {call.command.index}", lambda: services.database.read(read), returns=_Standing
    )
    return "\n".join(_lines(standing.wish, standing.hold))


def _lines(wish: Wish | None, hold: Hold | None) -> list[str]:
    told = []
    if wish is not None and wish.state is not MergeState.WITHDRAWN:
        told.append(f"- merge: **{wish.state}** · {code(wish.reason)}. {wish.text}")
    if hold is not None:
        why = f": {escape(hold.reason)}" if hold.reason else ""
        told.append(f"- held back by {code(hold.person.login)}{why}")
    return told
