"""Tidies up after a merge: what rests on the merged branch gets the new base, then the branch is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.github.errors import GitHubError
from bot.github.git_data import delete_ref, get_ref
from bot.github.pulls import get_pull, pulls_onto, retarget_pull

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest

_log = structlog.get_logger()


async def tidy_up(repo: RepositoryClient, number: int) -> bool:
    """This function will delete the branch of a merged pull request, and say whether it did.

    A branch that was pushed to since, that lies in a fork, or that others still rest on, stays; so it does where GitHub
    does not let us.
    """
    try:
        pull = await get_pull(repo, number)
        return await _delete(repo, pull) if _is_ours(repo, pull) else False
    except GitHubError as error:
        _log.warning("branch_not_deleted", number=number, error=str(error))
        return False


def _is_ours(repo: RepositoryClient, pull: PullRequest) -> bool:
    is_default = pull.head_ref in {pull.base_ref, repo.ref.default_branch}
    return pull.merged and not pull.is_fork and not is_default


async def _delete(repo: RepositoryClient, pull: PullRequest) -> bool:
    ref = f"heads/{pull.head_ref}"
    found = await get_ref(repo, ref)
    if found is None or found.sha != pull.head_sha:  # gone already, or it has commits that are not merged
        return False
    for above in await pulls_onto(repo, pull.head_ref):
        await retarget_pull(repo, above.number, base=pull.base_ref)
    await delete_ref(repo, ref)
    return True
