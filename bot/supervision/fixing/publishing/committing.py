"""Commits a fix by git's data API and points its branch at it, unless somebody else has it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from bot.github.commit_models import NewCommit
from bot.github.errors import Forbidden, Unprocessable
from bot.github.git_data import create_commit, create_ref, delete_ref, get_git_commit, get_ref, update_ref
from bot.github.models import Sha
from bot.github.trees import TreeFile, blobs_of, create_tree
from bot.supervision.fixing.saying.describing import commit_message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.github.client import RepositoryClient
    from bot.supervision.fixing.model import Fix, Patch


async def base_blobs(repo: RepositoryClient, fix: Fix) -> Mapping[str, str] | None:
    """This function will read git's ids of the files that the fix was begun on; None where they cannot all be told."""
    return await blobs_of(repo, fix.trouble.base_sha)


async def commit_patch(repo: RepositoryClient, fix: Fix, patch: Patch) -> str:
    """This function will commit just what was checked, as the App, on the commit that broke; no branch has it yet."""
    base = await get_git_commit(repo, Sha(fix.trouble.base_sha))
    files = [
        TreeFile(path=file.path, mode=file.new_mode or file.old_mode, content=file.content)
        for file in patch.files
    ]
    tree = await create_tree(repo, base_tree=base.tree, files=files)
    new = NewCommit(message=commit_message(fix), tree=tree, parents=(base.sha,))
    return (await create_commit(repo, new)).sha


async def place_branch(repo: RepositoryClient, fix: Fix, *, own: Collection[str]) -> bool:
    """This function will have the fix's branch stand at its commit; it says whether it does.

    Args:
        repo: where.
        fix: with its branch and commit.
        own: commits that the bot put there before; a branch that stands elsewhere is somebody else's and stays.
    """
    ref = f"heads/{fix.head_ref}"
    found = await get_ref(repo, ref)
    if found is None:
        await create_ref(repo, ref, Sha(fix.head_sha))
        return True
    if found.sha == fix.head_sha:
        return True
    if found.sha not in own:
        return False
    await update_ref(repo, ref, Sha(fix.head_sha), force=True)
    return True


async def remove_branch(repo: RepositoryClient, fix: Fix) -> None:
    """This function will delete the fix's branch where nobody else has pushed to it."""
    ref = f"heads/{fix.head_ref}"
    found = await get_ref(repo, ref)
    if found is None or found.sha != fix.head_sha:
        return
    with contextlib.suppress(Forbidden, Unprocessable):  # a rule of the repository keeps it
        await delete_ref(repo, ref)
