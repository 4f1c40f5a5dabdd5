"""Replaces holders of an environment that fell silent, once their workflow run is over and never before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.deployments.leases.record import end_lease
from bot.deployments.leases.rules import is_expired
from bot.deployments.leases.store import replace_expired
from bot.github.actions import get_run
from bot.github.errors import GitHubError, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from bot.deployments.leases.model import Lease
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.storage.database import Database

_log = structlog.get_logger()


async def has_ended(
    run: Run, lease: Lease | None, *, repo: RepositoryClient, now: datetime, database: Database
) -> bool:
    """This function will say whether a silent holder's workflow run is over, so that it has just been replaced."""
    if lease is None or not is_expired(lease, now) or not lease.workflow_run_id:
        return False
    workflow_run_id = lease.workflow_run_id

    async def look() -> bool:
        try:
            return (await get_run(repo, workflow_run_id)).is_completed
        except NotFound:  # deleted, which GitHub allows only for what has ended
            return True

    try:
        is_over = await run.step("holder's run", look, returns=bool)
    except GitHubError as error:
        _log.warning("holder_not_read", workflow_run_id=workflow_run_id, error=str(error))
        return False
    if is_over:
        await replace_silent(run, lease, database=database)
    return is_over


async def replace_silent(run: Run, lease: Lease, *, database: Database) -> tuple[str, ...]:
    """This function will free the environment of a holder that is silent and whose workflow run has ended."""
    now = await run.now()
    change = partial(end_lease, replace_expired, lease, "lease expired", now)
    return await run.step("replace", lambda: database.write(change), returns=tuple[str, ...])
