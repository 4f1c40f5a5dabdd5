"""Reads what a pull request changes and who wrote it, where the policy may want it merged by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.commits import list_pull_commits
from bot.github.pulls import MOST_FILES, list_pull_files
from bot.merging.judging.automatic import concerns
from bot.merging.judging.bumps import steps_in
from bot.merging.judging.fact_model import ChangeFacts

if TYPE_CHECKING:
    from bot.config.merging import MergeConfig
    from bot.github.client import RepositoryClient
    from bot.github.commit_models import Commit
    from bot.github.models import PullRequest


async def read_change(
    repo: RepositoryClient, pull: PullRequest, body: str, *, policy: MergeConfig
) -> ChangeFacts | None:
    """This function will read what `merge.automatic` asks of a pull request; None where no rule names its author.

    Raises:
        GitHubError: it could not be read.
    """
    if not concerns(policy.automatic, pull.author.login):
        return None
    me = (await repo.identity()).login
    listed = await list_pull_commits(repo, pull.number)
    is_whole = listed.is_complete and listed.holds(pull.head_sha)
    writers = {_writer(commit) for commit in listed.commits} - {me} if is_whole else set[str]()
    return ChangeFacts(
        author=pull.author.login,
        base_ref=pull.base_ref,
        title=pull.title,
        labels=pull.labels,
        body_steps=steps_in(body),
        files=await _files(repo, pull.number) if any(rule.files for rule in policy.automatic) else None,
        writers=tuple(sorted(writers)),
    )


def _writer(commit: Commit) -> str:
    """Who wrote it; that a bot did is believed where GitHub signed for it, for an address is anybody's claim.

    https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
    """
    author = commit.author
    if author is None or (author.is_bot and not commit.is_verified):
        return ""
    return author.login


async def _files(repo: RepositoryClient, number: int) -> tuple[str, ...] | None:
    """Every path that is changed, and those from which a file was moved away; None where GitHub lists no more."""
    found = await list_pull_files(repo, number)
    if len(found) >= MOST_FILES:
        return None
    paths = (path for file in found for path in (file.path, file.previous_path) if path)
    return tuple(sorted(set(paths)))
