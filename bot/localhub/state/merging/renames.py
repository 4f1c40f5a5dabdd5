"""Differences of two trees in which a file that moved is one change, not two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.localhub.state import git
from bot.localhub.state.merging.trees import moves

if TYPE_CHECKING:
    from collections.abc import Mapping


def changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[git.Change, ...]:
    """This function will compare two trees file by file, following renames."""
    moved = moves(before, after)
    old_paths = {new: old for old, new in moved.items()}
    start = {path: content for path, content in before.items() if path not in moved}
    start |= {new: before[old] for new, old in old_paths.items()}
    found = {one.path: one for one in git.changes(start, after)}
    for new, old in old_paths.items():
        same = git.Change(
            path=new, status="renamed", sha=git.blob_sha(after[new]), additions=0, deletions=0, patch=None
        )
        found[new] = replace(found.get(new, same), status="renamed", previous=old)
    return tuple(found[path] for path in sorted(found))
