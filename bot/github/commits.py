"""Commits: one, those of a pull request, and how two of them lie to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import operations as op
from bot.github import trust_operations
from bot.github.commit_models import Commit, PullCommits
from bot.github.errors import NotFound, Unprocessable
from bot.github.models import Actor, Sha
from bot.github.shapes import Id  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

MOST_COMMITS = 250  # https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request


class ShaShape(Struct):
    """A commit or tree of which only the name is needed."""

    sha: str


class SignatureShape(Struct):
    """Whom git names as author or committer."""

    email: str | None = None


class AccountShape(Struct):
    """The account that GitHub knows for an address; an empty object where it knows none."""

    id: Id | None = None
    login: str = ""
    type: str = "User"

    def to_actor(self) -> Actor | None:
        """This function will return the actor, if there is one."""
        return None if self.id is None else Actor(id=self.id, login=self.login, type=self.type)


class VerificationShape(Struct):
    """What GitHub makes of a commit's signature."""

    verified: bool = False


class GitCommitShape(Struct):
    """What git itself says of a commit."""

    tree: ShaShape
    message: str = ""
    author: SignatureShape | None = None
    committer: SignatureShape | None = None
    verification: VerificationShape | None = None


class CommitShape(Struct):
    """A commit as GitHub gives it, with the accounts it knows."""

    sha: str
    commit: GitCommitShape
    author: AccountShape | None = None
    committer: AccountShape | None = None
    parents: list[ShaShape] = field(default_factory=list)
    html_url: str = ""

    def to_commit(self) -> Commit:
        """This function will return the commit."""
        git = self.commit
        return Commit(
            sha=Sha(self.sha),
            tree=git.tree.sha,
            parents=tuple(Sha(parent.sha) for parent in self.parents),
            message=git.message,
            author=self.author.to_actor() if self.author else None,
            author_email=(git.author.email or "") if git.author else "",
            committer=self.committer.to_actor() if self.committer else None,
            committer_email=(git.committer.email or "") if git.committer else "",
            html_url=self.html_url,
            is_verified=git.verification is not None and git.verification.verified,
        )


class ComparisonShape(Struct):
    """What lies between two commits."""

    merge_base_commit: ShaShape
    behind_by: int = 0


async def get_commit(repo: RepositoryClient, sha: Sha) -> Commit:
    """This function will read a commit of the repository or of a fork of it.

    Raises:
        NotFound: it is not there.
    """
    operation = trust_operations.GET_COMMIT
    # The answer carries the changed files, which may be large and are not wanted.
    query = {"per_page": "1", "page": "2"}
    try:
        shape = await repo.calls.get(operation, CommitShape, {"ref": sha}, query)
    except Unprocessable as error:  # GitHub's answer to a SHA of the right length
        raise NotFound(f"there is no commit {sha}", operation=operation.id, status=error.status) from error
    return shape.to_commit()


async def list_pull_commits(repo: RepositoryClient, number: int) -> PullCommits:
    """This function will read the commits of a pull request, as far as GitHub lists them."""
    variables = {"pull_number": number}
    shapes = await repo.calls.list(trust_operations.LIST_PULL_COMMITS, CommitShape, variables)
    commits = tuple(shape.to_commit() for shape in shapes)
    return PullCommits(commits=commits, is_complete=len(commits) < MOST_COMMITS)


async def account_of(repo: RepositoryClient, email: str) -> Actor | None:
    """This function will find the account of an address by a commit on the default branch that it wrote, if it did."""
    if "@" not in email:  # GitHub would take it for a login
        return None
    operation = trust_operations.LIST_COMMITS
    query = {"author": email, "per_page": "1"}
    for shape in await repo.calls.page(operation, CommitShape, {}, query):
        commit = shape.to_commit()
        if commit.author_email.casefold() == email.casefold():
            return commit.author
    return None


async def merge_base(repo: RepositoryClient, base: Sha, head: Sha) -> Sha:
    """This function will read the commit at which a head left its base, both given as SHAs.

    Raises:
        NotFound: one of them is not there, or they have nothing in common.
    """
    return Sha((await _compare(repo, base, head)).merge_base_commit.sha)


async def commits_behind(repo: RepositoryClient, base: str, head: Sha) -> int:
    """This function will read how many commits of the base, a branch or SHA, the head does not contain.

    Raises:
        NotFound: one of them is not there, or they have nothing in common.
    """
    return (await _compare(repo, base, head)).behind_by


async def _compare(repo: RepositoryClient, base: str, head: Sha) -> ComparisonShape:
    # Only the first page carries the changed files, which may be large and are not wanted.
    query = {"per_page": "1", "page": "2"}
    return await repo.calls.get(op.COMPARE, ComparisonShape, {"basehead": f"{base}...{head}"}, query)
