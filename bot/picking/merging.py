"""Puts trees together by GitHub's own three-way merge, on a scratch branch and without a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.commit_models import NewCommit
from bot.github.comparing import compare
from bot.github.errors import Conflict, Uncertain, Unexpected
from bot.github.git_data import create_commit, create_ref, delete_ref, get_ref, update_ref
from bot.github.merging import merge_branch
from bot.picking.model import Merged
from bot.picking.rules import obvious_tree

if TYPE_CHECKING:
    from bot.github.branch_models import FileChange
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha
    from bot.picking.model import Side, ThreeWay

# Nobody needs to build what is gone in a moment
# https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
_MESSAGE = "Scratch of a pick [skip ci]"
_TRIES = 3  # of what has its answer lost


async def put_together(repo: RepositoryClient, scratch: str, way: ThreeWay) -> Merged:
    """This function will merge two sides as git would, and say what both changed where they contradict each other.

    Each side is a commit on the common base with that side's tree, so the merge base is the one that is meant,
    however far apart the branches lie.
    """
    known = obvious_tree(way)
    if known is not None:
        return Merged(tree=known)
    ours = await _commit(repo, way.base, way.ours)
    theirs = await _commit(repo, way.base, way.theirs)
    if way.theirs.sha is None:  # a commit that no branch holds might be collected before it is merged
        await point(repo, theirs_of(scratch), theirs)
    try:
        return Merged(tree=await _merge(repo, scratch, ours, theirs))
    except Conflict:
        return Merged(tree="", files=await _on_both_sides(repo, way.base, ours, theirs))


def theirs_of(scratch: str) -> str:
    """This function will name the branch that keeps the other side while it is merged."""
    return f"{scratch}-theirs"


async def point(repo: RepositoryClient, branch: str, sha: Sha) -> None:
    """This function will have a branch of our own stand at a commit, wherever it stood before."""
    lost = 0
    while True:
        found = await get_ref(repo, f"heads/{branch}")
        if found is not None:
            break
        try:
            await create_ref(repo, f"heads/{branch}", sha)
        except Uncertain:
            lost += 1
            if lost == _TRIES:
                raise
        else:
            return
    if found.sha != sha:
        await update_ref(repo, f"heads/{branch}", sha, force=True)


async def clean(repo: RepositoryClient, scratch: str) -> None:
    """This function will delete what was needed on the way."""
    for branch in (scratch, theirs_of(scratch)):
        if await get_ref(repo, f"heads/{branch}") is not None:
            await delete_ref(repo, f"heads/{branch}")


async def _commit(repo: RepositoryClient, base: Sha, side: Side) -> Sha:
    if side.sha is not None:
        return side.sha
    return (await create_commit(repo, NewCommit(message=_MESSAGE, tree=side.tree, parents=(base,)))).sha


async def _merge(repo: RepositoryClient, scratch: str, ours: Sha, theirs: Sha) -> str:
    lost = 0
    while True:
        await point(repo, scratch, ours)  # where an answer was lost, from the beginning again
        try:
            merged = await merge_branch(repo, base=scratch, head=theirs, message=_MESSAGE)
        except Uncertain:
            lost += 1
            if lost == _TRIES:
                raise
        else:
            break
    if merged is None:
        raise Unexpected(f"GitHub found nothing to merge between {ours} and {theirs}")
    return merged.tree


async def _on_both_sides(repo: RepositoryClient, base: Sha, ours: Sha, theirs: Sha) -> tuple[str, ...]:
    ours_files = _paths((await compare(repo, base, ours)).files)
    theirs_files = _paths((await compare(repo, base, theirs)).files)
    return tuple(sorted(ours_files & theirs_files))


def _paths(files: tuple[FileChange, ...]) -> set[str]:
    return {path for file in files for path in (file.path, file.previous_path) if path}
