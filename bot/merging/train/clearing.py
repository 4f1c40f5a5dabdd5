"""Tidies up behind a batch: what still runs for it is stopped, its branches are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.github.actions import cancel_run, list_runs
from bot.github.errors import GitHubError
from bot.github.git_data import delete_ref
from bot.github.models import Sha

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.merging.model import Batch

_log = structlog.get_logger()


async def clear(repo: RepositoryClient, batch: Batch) -> None:
    """This function will leave nothing of a batch on GitHub; what it cannot do is harmless, and said in our log."""
    try:
        await _stop(repo, batch)
        for branch in (yard_of(batch), batch.branch):
            await delete_ref(repo, f"heads/{branch}")
    except GitHubError as error:
        _log.warning("batch_not_cleared", batch=batch.id, error=str(error))


def yard_of(batch: Batch) -> str:
    """This function will name the branch on which GitHub merges a batch; no workflow that waits for trains sees it."""
    place, _, _ = batch.branch.rpartition(f"/{batch.base_ref}/")
    return f"{place}-yard/{batch.id}"


async def _stop(repo: RepositoryClient, batch: Batch) -> None:
    if not batch.head_sha:
        return
    for run in await list_runs(repo, head_sha=Sha(batch.head_sha)):
        if not run.is_completed:
            await cancel_run(repo, run.id)
