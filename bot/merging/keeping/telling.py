"""Tells whoever asked how their wish stands: the receipt of the command, or one of its own where a wish ended badly."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.journaling import note_receipt
from bot.commands.model import Status
from bot.commands.reasons import Reason
from bot.commands.receipts import write_receipt
from bot.merging.keeping.model import Telling
from bot.merging.model import MergeState, Source
from bot.merging.saying.render import render_wish_receipt

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.merging.model import Wish

_DIGITS = 12
# Ends of a wish that nobody typed which people should hear of, although the check run says them too.
_LOUD = {Reason.HEAD_MOVED, Reason.NOT_PERMITTED, Reason.LEFT_MERGE_QUEUE}


def telling_of(
    repository: RepositoryRef, before: Wish | None, after: Wish, *, rest: tuple[str, ...] = ()
) -> Telling | None:
    """This function will say what is to be told after a change; None where it is no news to whoever asked.

    Args:
        repository: of the wish.
        before: as it stood; None where it is new.
        after: as it stands.
        rest: lines of the same comment, which are not carried out where the wish ends without a merge.
    """
    if before is not None and (before.wish, before.state, before.reason) == (
        after.wish,
        after.state,
        after.reason,
    ):
        return None
    if after.source is not Source.COMMAND and not _is_loud(after):
        return None
    receipt, is_over = render_wish_receipt(after), after.state.is_over
    said = hashlib.sha256(
        f"{after.wish}\n{after.state}\n{after.reason}\n{after.text}\n{after.updated_at}".encode()
    )
    return Telling(
        repository=repository,
        receipt=replace(receipt, not_run=() if receipt.status is Status.SUCCEEDED or not is_over else rest),
        person=after.person,
        cause=said.hexdigest()[:_DIGITS],
    )


async def tell_asker(run: Run, telling: Telling, *, services: Services) -> None:
    """This function will note in the journal how a wish stands and write its receipt, be GitHub down for hours."""
    await note_receipt(
        run,
        telling.receipt,
        by=telling.person,
        repository_id=telling.repository.id,
        database=services.database,
    )
    repo = services.repository(telling.repository)
    await write_receipt(run, telling.receipt, repo=repo, effects=services.effects)


def _is_loud(wish: Wish) -> bool:
    is_lost = wish.state is MergeState.WITHDRAWN and wish.reason in _LOUD
    return wish.state is MergeState.STOPPED or is_lost
