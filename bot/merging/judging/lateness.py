"""Says whether a head is younger than the words that ask for its merge: then nobody can have meant it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.judging.fact_pull import pushed_at
from bot.github.actions import list_runs

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.client import RepositoryClient
    from bot.github.models import Sha


async def was_pushed_after(repo: RepositoryClient, sha: Sha, moment: datetime) -> bool:
    """This function will say whether GitHub ran something for the commit for the first time after the moment.

    A comment does not say at which head it was written, and a push may come before anybody reads it.

    Raises:
        GitHubError: it could not be read.
    """
    began = pushed_at(await list_runs(repo, head_sha=sha))
    return began is not None and began > moment
