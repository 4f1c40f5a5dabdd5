"""Proposes an installation as the one pull request of its branch, which is kept up to date in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.branches import get_branch
from bot.github.commit_models import NewCommit
from bot.github.commits import commits_behind, get_commit
from bot.github.contents import create_file
from bot.github.errors import Conflict, Unprocessable
from bot.github.git_data import create_commit, create_ref, update_ref
from bot.github.merging import merge_branch
from bot.github.pulls import NewPull, create_pull, describe_pull, every_pull_of_branch, get_described_pull
from bot.github.trees import TreeFile, create_tree
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.saying.body import renewed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.branch_models import Branch
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest
    from bot.pack.installing.model import Change

BRANCH = "pilothouse/init"
_TITLE = "Bring in the pipeline of Pilothouse"
_UPDATE_TITLE = "Bring the pipeline of Pilothouse up to date"
_TEXT, _PROGRAM = "100644", "100755"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what an installation is built: the branch it is for, and its own one as far as that is there."""

    base: Branch | None  # None where the repository has no commit yet
    own: Branch | None
    pull: PullRequest | None  # the open one

    @property
    def tip(self) -> Branch | None:
        """What the files are compared with: of an open pull request its own branch, for people may write there."""
        return self.own if self.pull is not None else self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What came of it."""

    pull: PullRequest | None  # None where there was nothing to propose
    did: str  # opened, updated, described, nothing


async def survey(repo: RepositoryClient) -> Ground:
    """This function will look at the branches and at the pull request between them.

    Raises:
        UnusableSourceError: a person has a branch of that name.
    """
    base = await get_branch(repo, repo.ref.default_branch)
    own = await get_branch(repo, BRANCH) if base is not None else None
    if own is None:
        return Ground(base=base, own=None, pull=None)
    login = (await repo.identity()).login
    pulls = await every_pull_of_branch(repo, f"{repo.ref.owner}:{BRANCH}")
    ours = [pull for pull in pulls if pull.author.login == login and not pull.is_fork]
    if not ours and not await _is_by(repo, own, login):
        raise UnusableSourceError(
            f"{repo.ref.full_name} has a branch {BRANCH} that {login} did not make. Rename or delete it."
        )
    pull = next((one for one in ours if one.is_open and one.base_ref == repo.ref.default_branch), None)
    return Ground(base=base, own=own, pull=pull)


async def begin(repo: RepositoryClient) -> None:
    """This function will give an empty repository its first commit, for a pull request needs something to go to."""
    name = repo.ref.full_name.rpartition("/")[2]
    try:
        await create_file(repo, "README.md", f"# {name}\n".encode(), message="Begin")
    except Unprocessable:  # somebody else was first
        return


async def catch_up(repo: RepositoryClient, ground: Ground) -> bool:
    """This function will merge what came onto the default branch into the own one; whether that moved it."""
    if ground.pull is None or ground.own is None or ground.base is None:
        return False
    if not await commits_behind(repo, ground.base.sha, ground.own.sha):
        return False
    base = repo.ref.default_branch
    try:
        merge = await merge_branch(
            repo, base=BRANCH, head=ground.base.sha, message=f"Merge branch {base} into {BRANCH}"
        )
    except Conflict:  # the pull request shows it, and people solve it there
        return False
    return merge is not None


async def propose(repo: RepositoryClient, ground: Ground, changes: Iterable[Change], body: str) -> Proposed:
    """This function will commit what changes and open or renew the pull request; nothing new writes nothing.

    Raises:
        UnusableSourceError: there is no commit to build on, or somebody was quicker.
        GitHubError: GitHub refuses it.
    """
    try:
        return await _propose(repo, ground, [change for change in changes if change.fate.writes], body)
    except Unprocessable as error:
        raise UnusableSourceError(
            f"{error} If somebody ran this at the same time, run it again: it goes on from there."
        ) from error


async def _propose(repo: RepositoryClient, ground: Ground, writes: list[Change], body: str) -> Proposed:
    if ground.tip is None:
        raise UnusableSourceError(f"{repo.ref.full_name} has no commit yet.")
    if writes:
        await _commit(repo, ground, ground.tip, writes)
    if ground.pull is not None:
        did = await _renew(repo, ground.pull, body)
        return Proposed(pull=ground.pull, did="updated" if writes else did)
    if not writes:
        return Proposed(pull=None, did="nothing")
    is_first = all(change.before is None for change in writes)
    title = _TITLE if is_first else _UPDATE_TITLE
    new = NewPull(head=BRANCH, base=repo.ref.default_branch, title=title, body=body)
    return Proposed(pull=await create_pull(repo, new), did="opened")


async def _commit(repo: RepositoryClient, ground: Ground, tip: Branch, writes: list[Change]) -> None:
    tree = await create_tree(repo, base_tree=tip.tree, files=[_file(change) for change in writes])
    if ground.own is not None and ground.pull is None and ground.own.tree == tree:
        return  # a run was cut short after this
    title = _TITLE if all(change.before is None for change in writes) else _UPDATE_TITLE
    made = await create_commit(repo, NewCommit(message=title, tree=tree, parents=(tip.sha,)))
    if ground.own is None:
        await create_ref(repo, f"heads/{BRANCH}", made.sha)
    else:  # without an open pull request it is what is left of a former one
        await update_ref(repo, f"heads/{BRANCH}", made.sha, force=ground.pull is None)


async def _renew(repo: RepositoryClient, pull: PullRequest, body: str) -> str:
    read, before = await get_described_pull(repo, pull.number)
    after = renewed(before, body)
    if after == before.replace("\r\n", "\n"):
        return "nothing"
    await describe_pull(repo, pull.number, title=read.title, body=after)
    return "described"


def _file(change: Change) -> TreeFile:
    mode = _PROGRAM if change.is_program else _TEXT
    return TreeFile(path=change.path, mode=mode, content=change.after, is_text=_is_text(change.after))


def _is_text(content: bytes | None) -> bool:
    if content is None:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _is_by(repo: RepositoryClient, branch: Branch, login: str) -> bool:
    commit = await get_commit(repo, branch.sha)
    return commit.author is not None and commit.author.login == login
