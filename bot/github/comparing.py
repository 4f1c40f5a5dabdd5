"""What lies between two commits: how far apart they are, the commits, the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import operations as op
from bot.github.branch_models import ComparedCommit, Comparison, FileChange
from bot.github.commits import AccountShape, ShaShape  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.models import Sha

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

_PAGE = 100
_MOST_PAGES = 100  # 10,000 commits


class FileShape(Struct):
    """A changed file."""

    filename: str
    status: str
    previous_filename: str = ""

    def to_change(self) -> FileChange:
        """This function will return the change."""
        return FileChange(path=self.filename, status=self.status, previous_path=self.previous_filename)


class TextShape(Struct):
    """What git itself says of a commit."""

    tree: ShaShape
    message: str = ""


class ComparedShape(Struct):
    """A commit of a comparison."""

    sha: str
    commit: TextShape
    author: AccountShape | None = None
    parents: list[ShaShape] = field(default_factory=list)
    html_url: str = ""

    def to_commit(self) -> ComparedCommit:
        """This function will return the commit."""
        git = self.commit
        return ComparedCommit(
            sha=Sha(self.sha),
            parents=tuple(Sha(parent.sha) for parent in self.parents),
            tree=git.tree.sha,
            message=git.message,
            login=self.author.login if self.author else "",
            html_url=self.html_url,
        )


class ComparisonShape(Struct):
    """A page of a comparison; only the first has the files."""

    ahead_by: int
    behind_by: int
    commits: list[ComparedShape] = field(default_factory=list)
    files: list[FileShape] = field(default_factory=list)
    html_url: str = ""


async def compare(repo: RepositoryClient, base: str, head: str) -> Comparison:
    """This function will read all that a head, a branch, tag or SHA, has beyond a base, in pages of 100 commits.

    Raises:
        NotFound: one of them is not there, or they have nothing in common.
    """
    first = await _page(repo, base, head, 1)
    commits, page = list(first.commits), 1
    while len(commits) < first.ahead_by and page < _MOST_PAGES:
        page += 1
        more = (await _page(repo, base, head, page)).commits
        if not more:
            break
        commits += more
    return Comparison(
        ahead_by=first.ahead_by,
        behind_by=first.behind_by,
        commits=tuple(commit.to_commit() for commit in commits),
        files=tuple(file.to_change() for file in first.files),
        html_url=first.html_url,
    )


async def _page(repo: RepositoryClient, base: str, head: str, page: int) -> ComparisonShape:
    query = {"per_page": str(_PAGE), "page": str(page)}
    return await repo.calls.get(op.COMPARE, ComparisonShape, {"basehead": f"{base}...{head}"}, query)
