"""Reads what a deployment's decision needs of the pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.judging.fact_model import PullFacts, ReviewFact
from bot.github.collaborators import permission_of_person
from bot.github.commits import commits_behind, get_commit
from bot.github.errors import NotFound
from bot.github.models import Permission
from bot.github.pulls import get_pull
from bot.github.review_models import ReviewState
from bot.github.reviews import list_reviews

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.github.client import RepositoryClient
    from bot.github.models import Sha
    from bot.github.review_models import Review
    from bot.github.run_models import WorkflowRun

_PUSHED = {"push", "pull_request", "pull_request_target"}
_SAYS_NOTHING = {ReviewState.COMMENTED, ReviewState.PENDING}
_LOOKS = 3  # at what GitHub computes only when it is asked for it
_PAUSE = 2.0


async def read_pull(repo: RepositoryClient, number: int) -> tuple[PullFacts, str]:
    """This function will read the pull request as it stands now, and the address of its page."""
    pull = await get_pull(repo, number)
    facts = PullFacts(
        head_sha=pull.head_sha,
        head_ref=pull.head_ref,
        base_ref=pull.base_ref,
        is_open=pull.is_open,
        is_fork=pull.is_fork,
        author=pull.author,
        is_draft=pull.draft,
        mergeable=pull.mergeable,
        tree=await tree_of(repo, pull.head_sha),
        html_url=pull.html_url,
    )
    return facts, pull.html_url


async def tree_of(repo: RepositoryClient, sha: Sha) -> str:
    """This function will read the SHA of a commit's tree, "" where the commit is gone with its fork or branch."""
    try:
        return (await get_commit(repo, sha)).tree
    except NotFound:
        return ""


async def read_mergeable(repo: RepositoryClient, number: int, pull: PullFacts) -> bool | None:
    """This function will look a few times more, where GitHub has yet to find out whether it can be merged."""
    found = pull.mergeable
    for _ in range(_LOOKS):
        if found is not None:
            break
        await repo.calls.pause(_PAUSE)
        again = await get_pull(repo, number)
        found = again.mergeable if again.head_sha == pull.head_sha else None
    return found


async def read_behind(repo: RepositoryClient, pull: PullFacts) -> int | None:
    """This function will read how many commits of its base the head lacks; None where they share nothing."""
    try:
        return await commits_behind(repo, pull.base_ref, pull.head_sha)
    except NotFound:
        return None


async def read_reviews(repo: RepositoryClient, number: int) -> tuple[ReviewFact, ...]:
    """This function will read the newest word of each reviewer, with what they may do here."""
    newest: dict[int, Review] = {}
    for review in await list_reviews(repo, number):
        if review.state not in _SAYS_NOTHING:  # a comment does not take an approval back
            newest[review.author.id] = review
    return tuple(
        [
            ReviewFact(
                person=review.author,
                state=review.state,
                sha=review.commit_sha,
                permission=Permission.NONE
                if review.author.is_bot
                else await permission_of_person(repo, review.author),
                url=review.html_url,
            )
            for review in newest.values()
        ]
    )


def pushed_at(runs: Sequence[WorkflowRun]) -> datetime | None:
    """This function will say when GitHub first ran something for the commit: it was pushed then, or earlier."""
    return min((run.created_at for run in runs if run.event in _PUSHED), default=None)
