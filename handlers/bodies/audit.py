"""What `/audit` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.audit.chain import Head, Linked, first_break
from bot.audit.render import render_audit
from bot.audit.store import head, newest_entries
from bot.commands.model import Done, Reason, Refused
from bot.markdown import code
from handlers.commands.audit import FEW, MOST

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The end of the repository's chain."""

    entries: tuple[Linked, ...]
    head: Head


async def audit(run: Run, call: Call, services: Services) -> Outcome:
    """This function will show the newest entries of this repository's journal, and whether they hold together."""
    written = call.command.argument(0) or str(FEW)
    if not (written.isascii() and written.isdecimal() and 0 < int(written) <= MOST):
        text = f"{code(written)} is not a number from 1 to {MOST}."
        return Refused(reason=Reason.BAD_FLAG_VALUE, text=text)
    repository_id = call.request.repository.id

    async def read() -> Newest:
        return await services.database.read(
            lambda connection: Newest(
                entries=newest_entries(connection, repository_id, most=int(written)),
                head=head(connection, repository_id),
            )
        )

    newest = await run.step(f"journal {call.command.index}", read, returns=Newest)
    broken = first_break(reversed(newest.entries))
    return Done(text=render_audit(newest.entries, head=newest.head, broken=broken))
