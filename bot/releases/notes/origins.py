"""Reads where the commits of a release come from: their pull requests, and whose first change it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.github.commits import CommitShape
from bot.github.errors import GitHubError, Unavailable, Unprocessable
from bot.github.graph_history import COMMITS_A_CALL, pulls_of_commits
from bot.github.trust_operations import LIST_COMMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.github.client import RepositoryClient
    from bot.github.graph_models import HistoryPull
    from bot.github.models import Sha
    from bot.releases.model import Change

_log = structlog.get_logger()
_FEWEST = 12  # commits a call, when more are too much for GitHub
_MOST_ASKED = 8  # people of whom it is asked whether they are new
# https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
_KNOWN = {"OWNER", "MEMBER", "COLLABORATOR"}


async def origins(repo: RepositoryClient, shas: Sequence[Sha]) -> dict[Sha, tuple[HistoryPull, ...]]:
    """This function will read the merged pull requests of each commit, fewer at a time where GitHub gives up."""
    found: dict[Sha, tuple[HistoryPull, ...]] = {}
    start, size = 0, COMMITS_A_CALL
    while start < len(shas):
        try:
            part = await pulls_of_commits(repo, shas[start : start + size])
        except (Unavailable, Unprocessable):
            # GitHub ends a query that takes ten seconds: with 502, or with an error of its own
            if size <= _FEWEST:
                raise
            size //= 2
            continue
        found |= {sha: tuple(_here(repo, pull) for pull in pulls) for sha, pulls in part.items()}
        start += size
    return found


def _here(repo: RepositoryClient, pull: HistoryPull) -> HistoryPull:
    """The pull request without issues of other repositories: their numbers mean something else here."""
    here = repo.ref.full_name.casefold()
    return replace(pull, closes=tuple(one for one in pull.closes if one.repository.casefold() == here))


async def newcomers(
    repo: RepositoryClient,
    changes: Iterable[Change],
    brought: Mapping[Sha, Sequence[HistoryPull]],
    *,
    since: str,
) -> tuple[str, ...]:
    """This function will find who changed something for the first time; none where that would take many calls.

    Args:
        repo: Where it is.
        changes: What the release holds.
        brought: The pull requests of its commits.
        since: The tag before which they have no commit; "" where there is none, and everybody is new.
    """
    outside = {
        pull.login
        for pulls in brought.values()
        for pull in pulls
        if pull.login and not pull.is_bot and pull.association not in _KNOWN
    }
    asked = sorted(outside & {change.login for change in changes})
    if not since or len(asked) > _MOST_ASKED:
        return ()
    try:
        return tuple([login for login in asked if not await _has_commit(repo, login, since)])
    except GitHubError as error:
        _log.warning("newcomers_unknown", error=str(error))
        return ()


async def _has_commit(repo: RepositoryClient, login: str, ref: str) -> bool:
    query = {"sha": ref, "author": login, "per_page": "1"}
    return bool(await repo.calls.page(LIST_COMMITS, CommitShape, {}, query))
