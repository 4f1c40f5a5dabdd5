"""Brings a pull request's branch up to date with its base, once for each pair of head and base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.merging import UpdateMethod
from bot.github.errors import Forbidden, GitHubError, NotFound, Unprocessable
from bot.github.graph_pulls import pull_standing, rebase_branch
from bot.github.merging import update_branch
from bot.github.pulls import get_pull
from bot.merging.acting.model import UpdateCall, Updated, Updating

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient


async def update_one(repo: RepositoryClient, call: UpdateCall, *, services: Services) -> Updating:
    """This function will have GitHub update the branch; for the same head and base it does so once.

    None of GitHub's errors is raised.
    """

    async def find() -> Updating | None:
        pull = await get_pull(repo, call.number)
        return Updating(came=Updated.BEGUN) if pull.head_sha != call.head_sha else None

    async def act() -> Updating:
        try:
            await _update(repo, call)
        except (Unprocessable, Forbidden, NotFound) as error:
            # a try that was lost on the way back is refused when it is made again: the head tells
            return await find() or Updating(came=Updated.FAILED, text=str(error))
        return Updating(came=Updated.BEGUN)

    key = f"update_branch/{repo.ref.id}/{call.number}/{call.head_sha}/{call.base_sha}"
    try:
        return await services.effects.once(key, act, read_back=find, returns=Updating)
    except GitHubError as error:
        return Updating(came=Updated.LATER, text=str(error))


async def _update(repo: RepositoryClient, call: UpdateCall) -> None:
    if call.method is UpdateMethod.REBASE:
        node_id = (await pull_standing(repo, call.number)).node_id
        await rebase_branch(repo, node_id, head_sha=call.head_sha)
    else:
        await update_branch(repo, call.number, expected_head_sha=call.head_sha)
