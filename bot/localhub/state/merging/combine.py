"""Merges of commits: the tree of a merge, and commits carried over onto another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git
from bot.localhub.state.merging.trees import Combined, merge_trees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.localhub.state.nouns import Commit, User
    from bot.localhub.state.store import Store


def combined(store: Store, onto: Commit, head: Commit) -> Combined:
    """This function will give what a merge of a commit into another one makes of the files."""
    base = git.merge_base(store, onto.sha, head.sha)
    return merge_trees(base.files if base else {}, onto.files, head.files)


def merged_tree(store: Store, onto: Commit, head: Commit) -> dict[str, bytes] | None:
    """This function will give the tree of a merge; None where both sides changed the same."""
    made = combined(store, onto, head)
    return None if made.conflicts else made.files


def replayed(store: Store, onto: Commit, commits: Sequence[Commit], *, committer: User) -> Commit | None:
    """This function will carry commits over onto another one, as a rebase does; None where one conflicts.

    Merge commits are left out, and so is a commit that changes nothing there.
    """
    tip = onto
    for one in commits:
        if len(one.parents) > 1:
            continue
        before = store.commits[one.parents[0]].files if one.parents else {}
        made = merge_trees(before, tip.files, one.files)
        if made.conflicts:
            return None
        if made.files != tip.files:
            tip = git.commit(
                store,
                made.files,
                parents=(tip.sha,),
                message=one.message,
                author=one.author,
                committer=committer,
                authored_at=one.authored_at or one.at,
            )
    return tip
