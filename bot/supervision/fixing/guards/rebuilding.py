"""Rebuilds what the files of a fix were before it, and finds where its diff does not tell what became of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.supervision.fixing.guards.diffing import Diffed, DiffError, read_diff
from bot.supervision.fixing.guards.model import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.supervision.fixing.guards.diffing import Hunk
    from bot.supervision.fixing.model import Patch, PatchedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """The files of a fix as they were and became, and what of it cannot be true."""

    changes: tuple[Change, ...] = ()
    lines: int = 0  # added and removed, as the diff has them
    problem: str = ""  # plain text: why the diff does not tell it; empty where it does


class _Untrue(Exception):  # noqa: N818 - it is no error of ours
    """The diff does not tell what became of the files."""


def rebuild(patch: Patch, blobs: Mapping[str, str] | None) -> Rebuilt:
    """This function will undo the diff on the files as they are now: whatever it does not tell comes to light.

    Args:
        patch: what changed; files that are no text are left out.
        blobs: git's ids of the base's files, as GitHub has them; None where they were not read.
    """
    try:
        diffed = read_diff(patch.diff)
        if diffed.keys() != {file.path for file in patch.files}:
            return Rebuilt(problem="the diff tells of other files than those that changed")
        hunks = [hunk for file in diffed.values() for hunk in file.hunks]
        lines = sum(kind != " " for hunk in hunks for kind, _ in hunk.lines)
        return Rebuilt(changes=tuple(_rebuilt(patch.files, diffed, blobs)), lines=lines)
    except (DiffError, _Untrue) as untrue:
        return Rebuilt(problem=str(untrue))


def blob_id(content: bytes) -> str:
    """This function will name a file's content as git does."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def text_of(content: bytes) -> str | None:
    """This function will read the content of a file as text; None where it is none."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _rebuilt(
    files: Iterable[PatchedFile], diffed: Mapping[str, Diffed], blobs: Mapping[str, str] | None
) -> Iterator[Change]:
    for file in files:
        after = text_of(file.content) if file.content is not None else "" if not file.new_mode else None
        if after is None:
            continue
        change = _undone(file, after, diffed[file.path])
        known = blobs.get(file.path, "") if blobs is not None else None
        was = blob_id(change.before.encode()) if change.before is not None else ""
        if known is not None and known != was:
            raise _Untrue(f"{file.path} was not what the diff says it was")
        yield change


def _undone(file: PatchedFile, after: str, diffed: Diffed) -> Change:
    before = "".join(_lines_before(after, diffed.hunks))
    for text, told in ((before, diffed.before), (after, diffed.after)):
        if told.strip("0") and not blob_id(text.encode()).startswith(told):
            raise _Untrue(f"the diff does not tell all that changed in {file.path}")
    if not diffed.after and not file.old_mode:
        raise _Untrue(f"the diff does not tell what is in {file.path}")
    if not file.old_mode and before:
        raise _Untrue(f"{file.path} is new, and the diff says what was in it")
    return Change(
        path=file.path,
        before=before if file.old_mode else None,
        after=after if file.new_mode else None,
        added=tuple(_added(diffed.hunks)),
        spans=tuple((hunk.start, hunk.start + len(hunk.side("+"))) for hunk in diffed.hunks),
    )


def _lines_before(after: str, hunks: list[Hunk]) -> Iterator[str]:
    """The lines before the change: each hunk has to stand in the file where it says."""
    *whole, rest = after.split("\n")
    now = [*(f"{line}\n" for line in whole), *([rest] if rest else [])]
    at = 0
    for hunk in hunks:
        target = hunk.side("+")
        if hunk.start < at or now[hunk.start : hunk.start + len(target)] != target:
            raise _Untrue("the diff does not fit the files")
        yield from now[at : hunk.start]
        yield from hunk.side("-")
        at = hunk.start + len(target)
    yield from now[at:]


def _added(hunks: list[Hunk]) -> Iterator[str]:
    """Lines that were added together, each block as one text."""
    for hunk in hunks:
        block = ""
        for kind, line in hunk.lines:
            if kind == "+":
                block += line
            elif kind == " " and block:
                yield block
                block = ""
        if block:
            yield block
