"""Changes as git would tell them, for the tests of what a fix may be."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.supervision.fixing.model import Patch, PatchedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NONE = "0" * 40


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One file before and after; None where it is not there."""

    before: str | bytes | None = None
    after: str | bytes | None = None
    old_mode: str = "100644"
    new_mode: str = "100644"


def patch_of(edits: Mapping[str, Edit | tuple[str | None, str | None]]) -> Patch:
    """This function will tell of the edits as git does: files with what they hold, and one diff."""
    made = {
        path: edit if isinstance(edit, Edit) else Edit(before=edit[0], after=edit[1])
        for path, edit in edits.items()
    }
    diffs = {path: _diff(path, edit) for path, edit in made.items()}
    return Patch(
        files=tuple(_file(path, edit, diffs[path]) for path, edit in made.items()),
        diff="".join(diffs.values()),
    )


def blob(content: str | bytes) -> str:
    """This function will name a content as git does, computed apart from the bot."""
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha1(f"blob {len(raw)}\0".encode() + raw, usedforsecurity=False).hexdigest()


def _file(path: str, edit: Edit, diff: str) -> PatchedFile:
    raw = edit.after.encode() if isinstance(edit.after, str) else edit.after
    is_plain = edit.new_mode in {"100644", "100755"}
    lines = diff.partition("\n@@ ")[2].split("\n")[1:]
    return PatchedFile(
        path=path,
        old_mode=edit.old_mode if edit.before is not None else "",
        new_mode=edit.new_mode if edit.after is not None else "",
        size=len(raw or b""),
        content=raw if is_plain else None,
        added=sum(line.startswith("+") for line in lines),
        removed=sum(line.startswith("-") for line in lines),
    )


def _diff(path: str, edit: Edit) -> str:
    ids = [blob(side) if side is not None else _NONE for side in (edit.before, edit.after)]
    head = f"diff --git a/{path} b/{path}\n"
    if edit.before is None:
        head += f"new file mode {edit.new_mode}\n"
    elif edit.after is None:
        head += f"deleted file mode {edit.old_mode}\n"
    elif edit.old_mode != edit.new_mode:
        head += f"old mode {edit.old_mode}\nnew mode {edit.new_mode}\n"
    if ids[0] == ids[1]:
        return head
    head += f"index {ids[0]}..{ids[1]}\n"
    sides = [_text(side) for side in (edit.before, edit.after)]
    hunks = "".join(_hunks(sides[0], sides[1]))
    names = [
        f"a/{path}" if edit.before is not None else "/dev/null",
        f"b/{path}" if edit.after is not None else "/dev/null",
    ]
    return head + (f"--- {names[0]}\n+++ {names[1]}\n{hunks}" if hunks else "")


def _text(side: str | bytes | None) -> str:
    return side.decode(errors="replace") if isinstance(side, bytes) else side or ""


def _hunks(before: str, after: str) -> Iterator[str]:
    for line in list(difflib.unified_diff(_lines(before), _lines(after)))[2:]:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    *whole, rest = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([rest] if rest else [])]
