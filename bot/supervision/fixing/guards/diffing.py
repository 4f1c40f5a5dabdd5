"""Reads a unified diff as git writes it, to the byte: which lines each file lost and got, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINS = "diff --git "
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_INDEX = re.compile(r"index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})(?: [0-7]{6})?\n?")
_NO_FILE = "/dev/null"
_ESCAPED = re.compile(rb"\\([abfnrtv\\\"]|[0-3][0-7]{2})")
_CONTROLS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class DiffError(ValueError):
    """It is no diff of git."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines that stand together; each line keeps its end."""

    start: int  # of its first line in the file as it is now, from 0
    lines: tuple[tuple[str, str], ...]  # " ", "-" or "+", and the line

    def side(self, sign: str) -> list[str]:
        """This function will return its lines before (`-`) or after (`+`) the change."""
        return [line for kind, line in self.lines if kind in {" ", sign}]


@dataclass(slots=True, kw_only=True)
class Diffed:
    """What a diff tells of one file."""

    path: str = ""
    before: str = ""  # the beginning of git's id; empty where the content stayed
    after: str = ""  # as above
    hunks: list[Hunk] = field(default_factory=list)


def read_diff(diff: str) -> dict[str, Diffed]:
    """This function will read what a diff tells of each file; without renames, as git writes it on demand.

    Raises:
        DiffError: it is none, or tells of one file twice.
    """
    found: dict[str, Diffed] = {}
    lines = iter([f"{line}\n" for line in diff.removesuffix("\n").split("\n")] if diff else [])
    file = Diffed()
    for line in lines:
        if line.startswith(_BEGINS):
            file = Diffed(path=_path_of_both(line.removeprefix(_BEGINS).rstrip("\n")))
            if file.path in found:
                raise DiffError("it tells of one file twice")
            found[file.path] = file
        elif not file.path:
            raise DiffError("it does not begin with a file")
        elif head := _HUNK.match(line):
            file.hunks.append(_hunk(head, lines))
        elif line.startswith("\\"):
            _cut_end(file)
        else:
            _note(file, line)
    return found


def _note(file: Diffed, line: str) -> None:
    if index := _INDEX.fullmatch(line):
        file.before, file.after = index[1], index[2]
    elif (
        line.startswith(("--- ", "+++ ")) and _path(line[4:].rstrip("\n")) not in {file.path, _NO_FILE}
    ) or line.startswith(("rename ", "copy ")):
        raise DiffError("it tells of a file under two names")


def _hunk(head: re.Match[str], lines: Iterator[str]) -> Hunk:
    left = {"-": int(head[2] or 1), "+": int(head[4] or 1)}
    start = int(head[3]) - (1 if left["+"] else 0)
    kept: list[tuple[str, str]] = []
    while left["-"] > 0 or left["+"] > 0:
        line = next(lines, "")
        kind = line[:1]
        if kind == "\\" and kept:
            kept[-1] = (kept[-1][0], kept[-1][1].removesuffix("\n"))
            continue
        if kind not in {" ", "-", "+"}:
            raise DiffError("a part of it is cut off")
        for side in {" ": "-+"}.get(kind, kind):
            left[side] -= 1
        kept.append((kind, line[1:]))
    if min(left.values()) < 0:
        raise DiffError("a part of it is longer than it says")
    return Hunk(start=start, lines=tuple(kept))


def _cut_end(file: Diffed) -> None:
    """The mark that the last line has no end, behind the last line of a hunk."""
    if not file.hunks:
        raise DiffError("a line that has no end is missing")
    hunk = file.hunks[-1]
    kind, line = hunk.lines[-1]
    file.hunks[-1] = Hunk(start=hunk.start, lines=(*hunk.lines[:-1], (kind, line.removesuffix("\n"))))


def _path_of_both(names: str) -> str:
    """The path out of `a/PATH b/PATH`; both are the same, since renames are not looked for."""
    if names.startswith('"'):
        first, mark, second = names.rpartition(' "')
        second = mark.lstrip() + second
    else:
        middle = len(names) // 2
        first, second = names[:middle], names[middle + 1 :]
    if _path(first) != _path(second):
        raise DiffError("it tells of a file under two names")
    return _path(first)


def _path(name: str) -> str:
    """The path out of `a/PATH`, of which git quotes some."""
    name = name.removesuffix("\t")  # behind a name with a space, where a time could stand; others are quoted
    if name == _NO_FILE:
        return name
    if name.startswith('"') and name.endswith('"'):
        name = _unquoted(name[1:-1])
    return name.partition("/")[2]


def _unquoted(name: str) -> str:
    def plain(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return _CONTROLS.get(sign, sign) if not sign[:1].isdigit() else bytes([int(sign, 8)])

    return _ESCAPED.sub(plain, name.encode()).decode(errors="replace")
