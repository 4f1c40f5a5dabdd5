"""Three-way merges of whole trees: files line by line, renames followed, conflicts named."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from merge3 import Merge3

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Tree: TypeAlias = "Mapping[str, bytes]"

ALIKE = 0.5  # of its lines a renamed file has kept at least, as for git
MOST_PAIRS = 400  # compared for likeness; beyond it only exact copies count as renames


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What became of a merge: the files, and the paths on which both sides disagree."""

    files: dict[str, bytes]
    conflicts: tuple[str, ...] = ()


def merge_trees(base: Tree, ours: Tree, theirs: Tree) -> Combined:
    """This function will bring two descendants of a tree together as git does."""
    our_moves, their_moves = moves(base, ours), moves(base, theirs)
    conflicts = {
        path
        for old in our_moves.keys() & their_moves.keys()
        for path in (our_moves[old], their_moves[old])
        if our_moves[old] != their_moves[old]
    }
    every = {**their_moves, **our_moves}
    before = _renamed(base, every, conflicts)
    mine = _renamed(ours, their_moves, conflicts)
    other = _renamed(theirs, our_moves, conflicts)
    moved = set(every.values())
    files: dict[str, bytes] = {}
    for path in before.keys() | mine.keys() | other.keys():
        sides = before.get(path), mine.get(path), other.get(path)
        content = _merged(*sides)
        if isinstance(content, _Conflict) or (path in moved and None in sides[1:]):
            conflicts.add(path)
        elif content is not None:
            files[path] = content
    conflicts |= _folders(files)
    return Combined(files=files, conflicts=tuple(sorted(conflicts)))


class _Conflict:
    """Both sides changed the same lines."""


def _merged(base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | _Conflict | None:
    if theirs in (ours, base):
        return ours
    if base == ours:
        return theirs
    if ours is None or theirs is None or any(b"\0" in (side or b"") for side in (base, ours, theirs)):
        return _Conflict()
    before, mine, other = ((side or b"").splitlines(keepends=True) for side in (base, ours, theirs))
    merged: list[bytes] = []
    for group in Merge3(before, mine, other).merge_groups():
        if group[0] == "conflict":
            return _Conflict()
        merged.extend(group[1])
    return b"".join(merged)


def moves(before: Tree, after: Tree) -> dict[str, str]:
    """This function will find the files that were renamed, old path to new path."""
    gone = [path for path in before if path not in after]
    new = [path for path in after if path not in before]
    found: dict[str, str] = {}
    for exact in (True, False):
        if not exact and len(gone) * len(new) > MOST_PAIRS:
            break
        for old in gone:
            likeliest = _likeliest(before[old], {path: after[path] for path in new}, exact=exact)
            if old not in found and likeliest is not None:
                found[old] = likeliest
                new.remove(likeliest)
    return found


def _likeliest(content: bytes, candidates: Mapping[str, bytes], *, exact: bool) -> str | None:
    if not content:  # nothing says where an empty file went
        return None
    if exact:
        return next((path for path, other in sorted(candidates.items()) if other == content), None)
    likeness = {path: _likeness(content, other) for path, other in candidates.items()}
    best = max(sorted(likeness), key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] >= ALIKE else None


def _likeness(one: bytes, other: bytes) -> float:
    return difflib.SequenceMatcher(None, one.splitlines(), other.splitlines(), autojunk=False).ratio()


def _renamed(tree: Tree, moved: Mapping[str, str], conflicts: set[str]) -> dict[str, bytes]:
    """The tree with files under their new paths; a path taken by something else is a conflict."""
    renamed = {path: content for path, content in tree.items() if path not in moved}
    for old, new in moved.items():
        if old in tree:
            if renamed.get(new, tree[old]) != tree[old]:
                conflicts.add(new)
            renamed[new] = tree[old]
    return renamed


def _folders(paths: Iterable[str]) -> set[str]:
    """The files whose path is a folder of another file."""
    known = set(paths)
    found: set[str] = set()
    for path in known:
        parent = path.rpartition("/")[0]
        while parent:
            if parent in known:
                found.add(parent)
            parent = parent.rpartition("/")[0]
    return found
