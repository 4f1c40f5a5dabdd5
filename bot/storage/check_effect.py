"""Writes a check run once, however often that is begun, and edits it from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.checks import create_check, find_check, update_check

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import CheckReport
    from bot.storage.effects import Effects


async def keep_check(effects: Effects, repo: RepositoryClient, report: CheckReport, *, key: str) -> int:
    """This function will make the check run of this key say what the report says, and return its id."""
    created = False

    async def create() -> int:
        nonlocal created
        created = True
        return (await create_check(repo, report)).id

    async def find() -> int | None:
        found = await find_check(repo, report.head_sha, name=report.name, external_id=report.external_id)
        return None if found is None else found.id

    check_run_id = await effects.once(key, create, read_back=find, returns=int)
    if not created:
        await update_check(repo, check_run_id, report)
    return check_run_id
