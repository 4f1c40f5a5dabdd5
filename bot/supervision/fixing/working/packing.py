"""Reads what `patch.sh` wrote down: which files differ, how, and what they hold now."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from bot.supervision.fixing.model import Patch, PatchedFile
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.supervision.hosts.model import Result

_ENTRY = re.compile(rb":(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])")
_BEGINS = b"diff --git "
_NONE = "000000"
_TYPE_CHANGED = "T"  # it has two parts of the diff: the old one removed, the new one added
_REGULAR = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One path that differs between two trees."""

    path: bytes
    old_mode: str
    new_mode: str
    new_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many bytes each part has, in their order."""

    before: int
    after: int
    diff: int
    sizes: int
    blobs: int

    @property
    def total(self) -> int:
        """How many bytes all parts have."""
        return sum(getattr(self, each.name) for each in fields(self))


def read_sizes(answer: Result | Unknown) -> Sizes | Unknown:
    """This function will read what `patch.sh` told of the parts."""
    if isinstance(answer, Unknown):
        return answer
    word, *rest = answer.out.splitlines() or [""]
    if answer.code != 0 or word != "patch" or len(rest) != len(fields(Sizes)):
        return Unknown(why="what was changed could not be written down")
    return Sizes(*(int(one) for one in rest))


def read_packed(packed: bytes, sizes: Sizes) -> Patch | str:
    """This function will return what differs, or in plain words why it cannot be told.

    Of a file that differed before the fixer ran, and has stayed so, nothing is told: the check left it so.
    """
    parts = _parts(packed, sizes)
    try:
        before, after = list(_entries(parts[0])), list(_entries(parts[1]))
        chunks = list(_chunks(parts[2], after))
        lengths = {
            name: int(size) for name, _, size in (line.split() for line in parts[3].decode().splitlines())
        }
        blobs = _blobs(parts[4])
    except (ValueError, IndexError):
        return "what was changed is told in a way that makes no sense"
    left = set(before)
    kept = [(entry, chunk) for entry, chunk in zip(after, chunks, strict=True) if entry not in left]
    return Patch(
        files=tuple(_file(entry, chunk, lengths, blobs) for entry, chunk in kept),
        diff=b"".join(chunk for _, chunk in kept).decode(errors="replace"),
    )


def _parts(packed: bytes, sizes: Sizes) -> list[bytes]:
    parts, begin = [], 0
    for each in fields(sizes):
        end = begin + getattr(sizes, each.name)
        parts.append(packed[begin:end])
        begin = end
    return parts


def _entries(raw: bytes) -> Iterator[Entry]:
    words = raw.split(b"\0")[:-1]
    for head, path in zip(words[::2], words[1::2], strict=True):
        found = _ENTRY.fullmatch(head)
        if found is None:
            raise ValueError(head)
        old, new, _, new_id, status = (one.decode() for one in found.groups())
        yield Entry(path=path, old_mode=old, new_mode=new, new_id=new_id, status=status)


def _chunks(diff: bytes, entries: list[Entry]) -> Iterator[bytes]:
    """The part of the diff that belongs to each path: git tells them in the same order."""
    starts = [found.start() for found in re.finditer(rb"^" + _BEGINS, diff, re.MULTILINE)]
    ends = [*starts, len(diff)][1:]
    parts = [diff[begin:end] for begin, end in zip(starts, ends, strict=True)]
    position = 0
    for entry in entries:
        count = 2 if entry.status == _TYPE_CHANGED else 1
        if position + count > len(parts):
            raise ValueError(entry.path)
        yield b"".join(parts[position : position + count])
        position += count


def _blobs(told: bytes) -> dict[str, bytes]:
    found, position = {}, 0
    while position < len(told):
        end = told.index(b"\n", position)
        name, _, size = told[position:end].decode().split()
        position = end + 1 + int(size)
        found[name] = told[end + 1 : position]
        position += 1
    return found


def _file(entry: Entry, chunk: bytes, lengths: Mapping[str, int], blobs: Mapping[str, bytes]) -> PatchedFile:
    is_regular = entry.new_mode in _REGULAR
    added, removed = _counted(chunk)
    path = entry.path.decode(errors="replace")
    is_told = is_regular and path.encode() == entry.path  # under another name it would be another file
    return PatchedFile(
        path=path,
        old_mode="" if entry.old_mode == _NONE else entry.old_mode,
        new_mode="" if entry.new_mode == _NONE else entry.new_mode,
        size=lengths.get(entry.new_id, 0) if is_regular else 0,
        content=blobs.get(entry.new_id) if is_told else None,
        added=added,
        removed=removed,
    )


def _counted(chunk: bytes) -> tuple[int, int]:
    """How many lines it adds and removes; what stands above a hunk is no line of a file."""
    added = removed = 0
    is_inside = False
    for line in chunk.split(b"\n"):
        is_inside = line.startswith(b"@@ ") or (is_inside and not line.startswith(_BEGINS))
        added += is_inside and line.startswith(b"+")
        removed += is_inside and line.startswith(b"-")
    return added, removed
