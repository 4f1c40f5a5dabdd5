"""Keeps the one receipt comment of each command: written once, found again, edited as the command goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands.render import receipt_marker, render_receipt
from bot.github.comments import create_comment, find_comment, update_comment
from bot.github.errors import GitHubError, NotFound, Unavailable, Uncertain

if TYPE_CHECKING:
    from bot.commands.model import Receipt
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.storage.effects import Effects

_log = structlog.get_logger()

# While GitHub is down the answer is kept and tried again; the client has retried for some minutes each time.
_PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))


async def write_receipt(run: Run, receipt: Receipt, *, repo: RepositoryClient, effects: Effects) -> None:
    """This function will make the command's receipt comment say what the receipt says, be GitHub down for hours."""
    for patience in _PATIENCE:
        if await try_receipt(run, receipt, repo=repo, effects=effects):
            return
        await run.sleep(patience)
    await try_receipt(run, receipt, repo=repo, effects=effects)


async def try_receipt(run: Run, receipt: Receipt, *, repo: RepositoryClient, effects: Effects) -> bool:
    """This function will try once to write the receipt, and say whether there is no use in trying again.

    So it is once GitHub has it, or refuses it for good, as in a locked conversation.
    """
    name = f"receipt {receipt.key} {receipt.status}"
    try:
        await run.step(name, lambda: _write(receipt, repo=repo, effects=effects), returns=None)
    except GitHubError as error:
        _log.warning("receipt_not_written", receipt=receipt.key, error=str(error))
        return not isinstance(error, Unavailable | Uncertain)
    return True


async def _write(receipt: Receipt, *, repo: RepositoryClient, effects: Effects) -> None:
    marker = receipt_marker(receipt.key)
    body = render_receipt(receipt)
    created = False

    async def create() -> int:
        nonlocal created
        created = True
        return (await create_comment(repo, receipt.number, body)).id

    async def find() -> int | None:
        found = await find_comment(repo, receipt.number, marker=marker)
        return found.id if found else None

    key = f"receipt/{repo.ref.id}/{receipt.key}"
    comment_id = await effects.once(key, create, read_back=find, returns=int)
    if not created:
        await _edit(repo, comment_id, body)


async def _edit(repo: RepositoryClient, comment_id: int, body: str) -> None:
    try:
        await update_comment(repo, comment_id, body)
    except NotFound:  # a person took the receipt away: that is their right, and no reason to stop
        _log.info("receipt_deleted", comment_id=comment_id)
