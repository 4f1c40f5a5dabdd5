"""Merges one pull request on GitHub: twice tried at the most, and read back before anything is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.github.branches import get_branch
from bot.github.commits import get_commit
from bot.github.errors import Conflict, GitHubError, Unavailable, Uncertain
from bot.github.graph_pulls import pull_standing
from bot.github.merging import merge_pull
from bot.github.pulls import get_pull
from bot.merging.acting.model import Came, MergeCall, Merging

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient

_log = structlog.get_logger()

_TRIES = (1, 2)  # never a third: after two lost answers a person must look
_HEAD_MOVED = 409  # https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
# GitHub's own words for what passes by itself.
_PASSING = ("base branch was modified", "merge already in progress", "try the merge again")


async def merge_one(repo: RepositoryClient, call: MergeCall, *, services: Services) -> Merging:
    """This function will merge the pull request, unless it is merged already; done again, it gives the same answer.

    None of GitHub's errors is raised.
    """
    merging = Merging(came=Came.UNCERTAIN)
    for attempt in _TRIES:
        merging = await _try(repo, call, attempt, services)
        if merging.came is not Came.UNCERTAIN or merging.sha:
            break
    return merging


async def read_merged(repo: RepositoryClient, number: int) -> Merging | None:
    """This function will say what the pull request became where it is merged, and None where it is not.

    Raises:
        GitHubError: it could not be read.
    """
    pull = await get_pull(repo, number)
    if not pull.merged:
        return None
    return Merging(came=Came.MERGED, sha=await _became(repo, number))


async def _became(repo: RepositoryClient, number: int) -> str:
    """What it became is a convenience: that it is merged is known without it."""
    try:
        standing = await pull_standing(repo, number)
    except GitHubError as error:
        _log.warning("merge_sha_not_read", number=number, error=str(error))
        return ""
    return standing.merge_sha or ""


async def _try(repo: RepositoryClient, call: MergeCall, attempt: int, services: Services) -> Merging:
    """The effect remembers that it was begun, so that a process that died in between counts as a try."""

    async def act() -> Merging:
        try:
            sha = await merge_pull(repo, call.number, sha=call.head_sha, method=call.method.value)
        except Uncertain as error:
            return await _read_back(repo, call, str(error))
        except GitHubError as error:
            # What is merged already is refused like what cannot be: the try before may have been late, not lost.
            back = await _read_back(repo, call, str(error))
            return back if back.came is Came.MERGED else _refused(error)
        return Merging(came=Came.MERGED, sha=sha)

    async def find() -> Merging:
        return await _read_back(repo, call, "the bot was stopped before GitHub answered")

    key = f"merge/{repo.ref.id}/{call.number}/{call.head_sha}/{call.key}/{attempt}"
    return await services.effects.once(key, act, read_back=find, returns=Merging)


async def _read_back(repo: RepositoryClient, call: MergeCall, why: str) -> Merging:
    try:
        merged = await read_merged(repo, call.number)
        return merged or Merging(came=Came.UNCERTAIN, sha=await _half_merged(repo, call), text=why)
    except GitHubError as error:
        return Merging(came=Came.UNCERTAIN, text=f"{why}; {error}")


async def _half_merged(repo: RepositoryClient, call: MergeCall) -> str:
    """The base's newest commit where that is the change itself, although GitHub shows the pull request as open.

    It has happened, and asking again merged the same change many times: https://github.com/chdsbd/kodiak/issues/397
    """
    branch = await get_branch(repo, (await get_pull(repo, call.number)).base_ref)
    if branch is None:
        return ""
    tip = await get_commit(repo, branch.sha)
    title = tip.message.partition("\n")[0].rstrip()
    return tip.sha if call.head_sha in tip.parents or title.endswith(f"(#{call.number})") else ""


def _refused(error: GitHubError) -> Merging:
    text = str(error)
    if isinstance(error, Conflict) and error.status == _HEAD_MOVED:
        return Merging(came=Came.MOVED, text=text)
    is_passing = isinstance(error, Unavailable) or any(words in text.casefold() for words in _PASSING)
    return Merging(came=Came.LATER if is_passing else Came.DECLINED, text=text)
