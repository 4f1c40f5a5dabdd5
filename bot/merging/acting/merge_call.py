"""Merges one pull request on GitHub: twice tried at the most, and read back before anything is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.config.merging import MergeMethod  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.branches import get_branch
from bot.github.errors import Conflict, GitHubError, Unavailable, Uncertain
from bot.github.merging import merge_pull
from bot.github.models import Sha  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.pulls import get_pull, pulls_of_commit

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient

_TRIES = (1, 2)  # never a third: after two lost answers a person must look
_HEAD_MOVED = 409  # https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
# GitHub's own words for what passes by itself.
_PASSING = ("base branch was modified", "merge already in progress", "try the merge again")


class Came(StrEnum):
    """What came of asking GitHub to merge."""

    MERGED = "merged"
    MOVED = "moved"  # the head is another one
    LATER = "later"  # GitHub refused for now: the base moved in this moment, or it did not answer to anybody
    DECLINED = "declined"  # GitHub refuses
    UNCERTAIN = "uncertain"  # twice no answer, and it is not merged as far as can be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCall:
    """One merge, as it was decided."""

    number: int
    head_sha: Sha
    method: MergeMethod
    key: str  # tells this attempt from those that other decisions led to


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """How a merge went."""

    came: Came
    sha: str = ""  # what it became; "" where it is not known
    text: str = ""  # GitHub's words, as it wrote them


async def merge_one(repo: RepositoryClient, call: MergeCall, *, services: Services) -> Merging:
    """This function will merge the pull request, unless it is merged already; done again, it gives the same answer.

    None of GitHub's errors is raised.
    """
    merging = Merging(came=Came.UNCERTAIN)
    for attempt in _TRIES:
        merging = await _try(repo, call, attempt, services)
        if merging.came is not Came.UNCERTAIN:
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
    # GitHub no longer tells of a pull request what it became: where it is the base's newest commit, that tells.
    branch = await get_branch(repo, pull.base_ref)
    found = await pulls_of_commit(repo, branch.sha) if branch is not None else ()
    is_tip = number in {each.number for each in found}
    return Merging(came=Came.MERGED, sha=branch.sha if branch is not None and is_tip else "")


async def _try(repo: RepositoryClient, call: MergeCall, attempt: int, services: Services) -> Merging:
    """The effect remembers that it was begun, so that a process that died in between counts as a try."""

    async def act() -> Merging:
        try:
            sha = await merge_pull(repo, call.number, sha=call.head_sha, method=call.method.value)
        except Uncertain as error:
            return await _read_back(repo, call, str(error))
        except GitHubError as error:
            return _refused(error)
        return Merging(came=Came.MERGED, sha=sha)

    async def find() -> Merging:
        return await _read_back(repo, call, "the bot was stopped before GitHub answered")

    key = f"merge/{repo.ref.id}/{call.number}/{call.head_sha}/{call.key}/{attempt}"
    return await services.effects.once(key, act, read_back=find, returns=Merging)


async def _read_back(repo: RepositoryClient, call: MergeCall, why: str) -> Merging:
    try:
        merged = await read_merged(repo, call.number)
    except GitHubError as error:
        return Merging(came=Came.UNCERTAIN, text=f"{why}; {error}")
    return merged or Merging(came=Came.UNCERTAIN, text=why)


def _refused(error: GitHubError) -> Merging:
    text = str(error)
    if isinstance(error, Conflict) and error.status == _HEAD_MOVED:
        return Merging(came=Came.MOVED, text=text)
    is_passing = isinstance(error, Unavailable) or any(words in text.casefold() for words in _PASSING)
    return Merging(came=Came.LATER if is_passing else Came.DECLINED, text=text)
