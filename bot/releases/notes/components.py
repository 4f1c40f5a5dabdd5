"""Finds the commits that belong to a component: those that touch a file of it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github.commits import CommitShape
from bot.github.comparing import FileShape  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.trust_operations import GET_COMMIT, LIST_COMMITS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.github.branch_models import ComparedCommit
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha

_PAGE = 100
_MOST_FILES = 300  # of a commit that GitHub lists on one page


class TouchedShape(Struct):
    """A commit of which only the files are needed."""

    files: list[FileShape] = field(default_factory=list)


async def commits_of_paths(
    repo: RepositoryClient, head: Sha, commits: Sequence[ComparedCommit], paths: Collection[str]
) -> tuple[ComparedCommit, ...]:
    """This function will keep the commits that touch a file whose path matches one of the patterns.

    Args:
        repo: Where they are.
        head: The newest of them.
        commits: All of a version.
        paths: Patterns; `*` is any text.
    """
    wanted = {commit.sha for commit in commits}
    found: set[str] = set()
    for pattern in dict.fromkeys(paths):
        place, is_exact = _place(pattern)
        near = await _touching(repo, head, wanted, place) if place else wanted
        for sha in near - found:
            if is_exact or await _matches(repo, sha, pattern):
                found.add(sha)
    return tuple(commit for commit in commits if commit.sha in found)


def _place(pattern: str) -> tuple[str, bool]:
    """The folder or file to ask for, and whether all in it belongs to the pattern."""
    before, star, after = pattern.partition("*")
    if not star:
        return pattern.strip("/"), True
    folder = before.rpartition("/")[0]
    return folder, bool(folder) and before.endswith("/") and not after.strip("*")


async def _touching(repo: RepositoryClient, head: Sha, wanted: set[Sha], place: str) -> set[Sha]:
    """Those of the commits that touch a folder or file, as GitHub's own history of it says."""
    found: set[Sha] = set()
    seen = fitting = 0
    query = {"sha": str(head), "path": place}
    async for shape in repo.calls.pages(LIST_COMMITS, CommitShape, {}, query):
        sha = shape.to_commit().sha
        seen += 1
        if sha in wanted:
            found.add(sha)
            fitting = seen
        elif seen - fitting > _PAGE:
            break  # all of these are older than the version
    return found


async def _matches(repo: RepositoryClient, sha: Sha, pattern: str) -> bool:
    """Whether a commit touches a file of the pattern; of one with more files than GitHub lists it is assumed."""
    shape = await repo.calls.get(GET_COMMIT, TouchedShape, {"ref": sha})
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    touched = {name for file in shape.files for name in (file.filename, file.previous_filename) if name}
    return len(shape.files) >= _MOST_FILES or any(fnmatchcase(name, literal) for name in touched)
