"""Reads from GitHub what a merged pull request brought into its base, and how a branch stands to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.branches import get_branch
from bot.github.commits import list_pull_commits
from bot.github.errors import Unavailable
from bot.github.git_data import get_git_commit
from bot.github.graph_history import pulls_of_commits
from bot.github.graph_pulls import pull_standing
from bot.github.models import Sha
from bot.github.pulls import get_pull, pulls_of_branch
from bot.picking.model import Change, Pick, Target, Way
from bot.picking.rules import is_rebase, merge_message, way_of

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.commit_models import Commit, GitCommit
    from bot.github.models import PullRequest


async def read_change(repo: RepositoryClient, number: int) -> Change:
    """This function will read what a pull request brought into its base; nothing while it is not merged."""
    pull = await get_pull(repo, number)
    if not pull.merged:
        return _change(pull, Way.MERGE, ())
    merge_sha = (await pull_standing(repo, number)).merge_sha
    if merge_sha is None:
        raise Unavailable(f"GitHub does not say yet which commit #{number} became.")
    merged = await get_git_commit(repo, merge_sha)
    commits = (await list_pull_commits(repo, number)).commits
    way = way_of(merged, commits)
    if way is None:
        chain = await _chain(repo, merged, commits)
        if is_rebase(chain, commits) and await _brought_all(repo, number, chain):
            return _change(pull, Way.REBASE, await _picks(repo, chain))
        way = Way.SQUASH
    if way is Way.SQUASH:
        return _change(pull, way, await _picks(repo, (merged,)))
    (pick,) = await _picks(repo, (merged,))
    author = (await get_git_commit(repo, commits[0].sha)).author if commits else pick.author
    message = merge_message(pull.title, number, commits)
    whole = Pick(
        sha=pick.sha,
        tree=pick.tree,
        parent=pick.parent,
        parent_tree=pick.parent_tree,
        message=message,
        author=author,
    )
    return _change(pull, way, (whole,))


async def read_target(repo: RepositoryClient, branch: str, *, head: str) -> Target:
    """This function will read a branch, and the pull request from this head that is open onto it."""
    found = await get_branch(repo, branch)
    if found is None:
        return Target(branch=branch, tip="", tree="")
    for pull in await pulls_of_branch(repo, f"{repo.ref.owner}:{head}"):
        if pull.base_ref == branch:
            return Target(
                branch=branch,
                tip=found.sha,
                tree=found.tree,
                open_number=pull.number,
                open_url=pull.html_url,
            )
    return Target(branch=branch, tip=found.sha, tree=found.tree)


def _change(pull: PullRequest, way: Way, picks: tuple[Pick, ...]) -> Change:
    return Change(
        number=pull.number,
        title=pull.title,
        base_ref=pull.base_ref,
        way=way,
        picks=picks,
        is_open=pull.is_open,
    )


async def _chain(
    repo: RepositoryClient, newest: GitCommit, commits: tuple[Commit, ...]
) -> tuple[GitCommit, ...]:
    # one for each of its own commits, as far as they agree with them from the end
    own = [commit for commit in commits if len(commit.parents) == 1]
    chain = [newest]
    for commit in reversed(own[:-1]):
        before = await get_git_commit(repo, Sha(chain[0].parents[0]))
        if len(before.parents) != 1 or before.message.strip() != commit.message.strip():
            break
        chain.insert(0, before)
    return tuple(chain)


async def _brought_all(repo: RepositoryClient, number: int, chain: tuple[GitCommit, ...]) -> bool:
    # a message alone is easily the same as another's
    found = await pulls_of_commits(repo, tuple(commit.sha for commit in chain))
    return all(any(pull.number == number for pull in found[commit.sha]) for commit in chain)


async def _picks(repo: RepositoryClient, chain: tuple[GitCommit, ...]) -> tuple[Pick, ...]:
    before = await get_git_commit(repo, chain[0].parents[0])
    picks: list[Pick] = []
    for commit in chain:
        picks.append(
            Pick(
                sha=commit.sha,
                tree=commit.tree,
                parent=before.sha,
                parent_tree=before.tree,
                message=commit.message,
                author=commit.author,
            )
        )
        before = commit
    return tuple(picks)
