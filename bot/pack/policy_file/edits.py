"""Changes single entries of a YAML text, and leaves every other line, comment and blank in it as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from bot.pack.policy_file.yaml_text import Place, entry_lines, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ruamel.yaml.nodes import Node

Path = tuple[str, ...]

_USUAL_STEP = 2
_DEEPEST_STEP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a text shall say: what differs from what it says now is written, all else left alone."""

    had: Mapping[str, Any]  # all that the text says now, with what it leaves to its defaults
    want: Mapping[str, Any]  # all that it shall say, likewise
    said: Mapping[str, Any]  # as `want`, without the defaults: this is what is written
    comments: Mapping[Path, str] = field(default_factory=dict)  # above an entry that is new, by its place

    def within(self, key: str) -> Wanted:
        """This function will return what a part of the text shall say."""
        comments = {path[1:]: text for path, text in self.comments.items() if path[0] == key and path[1:]}
        return Wanted(
            had=self.had.get(key) or {},
            want=self.want[key],
            said=self.said[key],
            comments=comments,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A key with its value, and the lines that they stand on."""

    value: Node
    column: int
    first: int
    end: int  # the line behind them

    @property
    def is_open(self) -> bool:
        """Whether entries of its own can be put into it, line by line; not into what stands elsewhere."""
        is_here = self.value.start_mark.line >= self.first
        return is_here and isinstance(self.value, MappingNode) and not self.value.flow_style


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Lines in the place of others."""

    first: int
    end: int
    lines: tuple[str, ...]


def edited(text: str, wanted: Wanted) -> str | None:
    """This function will make a text say what it shall; None where it is written in braces, as a whole.

    Args:
        text: YAML that holds a mapping, or nothing.
        wanted: What it says, and what it shall say.
    """
    root = YAML(typ="rt", pure=True).compose(text)
    lines = text.split("\n")
    if root is None or (isinstance(root, ScalarNode) and not root.value):
        return _appended(lines, wanted, Place(0), list(wanted.said))
    if not isinstance(root, MappingNode) or root.flow_style:
        return None
    entries = _entries(root, lines)
    for change in _from_below(_changes(entries, wanted, lines)):
        lines[change.first : change.end] = change.lines
    new = _new(entries, wanted)
    return _appended(lines, wanted, Place(min(one.column for one in entries.values()), _step(lines)), new)


def _from_below(changes: Iterable[_Change]) -> list[_Change]:
    """In an order in which none moves the lines of another: at one place, what is put in comes last."""
    numbered = sorted(enumerate(changes), key=lambda one: (one[1].first, one[1].end, one[0]), reverse=True)
    return [change for _, change in numbered]


def _appended(lines: list[str], wanted: Wanted, place: Place, new: list[str]) -> str:
    """New keys of the whole go to the end, each with a blank line and its comment before it."""
    if not new:
        return "\n".join(lines)
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    for key in new:
        lines += [""] if lines else []
        lines += _commented(wanted, key, place)
    return "\n".join([*lines, ""])


def _new(entries: Mapping[str, _Entry], wanted: Wanted) -> list[str]:
    return [key for key in wanted.said if key not in entries and _differs(wanted, key)]


def _step(lines: list[str]) -> int:
    """By how much the text indents what is in a mapping: as its first line that is indented, a list's aside."""
    depths = (len(line) - len(line.lstrip()) for line in lines if line.strip()[:1] not in {"", "#", "-"})
    return next((depth for depth in depths if 1 < depth <= _DEEPEST_STEP), _USUAL_STEP)


def _commented(wanted: Wanted, key: str, place: Place) -> list[str]:
    blank = " " * place.column
    above = [f"{blank}# {line}" for line in wanted.comments.get((key,), "").splitlines()]
    inner = wanted.within(key) if isinstance(wanted.said[key], dict) else None
    if inner is None or not inner.comments:
        return above + entry_lines(key, wanted.said[key], place)
    below = [line for one in inner.said for line in _commented(inner, one, place.within)]
    return [*above, f"{blank}{scalar(key, in_flow=True)}:", *below]


def _differs(wanted: Wanted, key: str) -> bool:
    is_there = key in wanted.had
    return is_there != (key in wanted.want) or (is_there and wanted.had[key] != wanted.want[key])


def _changes(entries: Mapping[str, _Entry], wanted: Wanted, lines: list[str]) -> Iterator[_Change]:
    """What becomes of the entries that are there, and what comes into them."""
    for key in wanted.want:
        entry = entries.get(key)
        if entry is None or not _differs(wanted, key):
            continue
        if key not in wanted.said:
            yield _without(key, entry, wanted, lines)
        elif entry.is_open and wanted.said[key] and isinstance(wanted.said[key], dict) and wanted.had[key]:
            yield from _inside(entry, wanted.within(key), lines)
        else:
            place = Place(entry.column, _step(lines))
            new = entry_lines(key, wanted.said[key], place)
            yield _Change(first=entry.first, end=entry.end, lines=tuple(new))


def _without(key: str, entry: _Entry, wanted: Wanted, lines: list[str]) -> _Change:
    """An entry goes with the comment that was written above it; a person's own comment stays."""
    above = [f"# {line}" for line in wanted.comments.get((key,), "").splitlines()]
    first = entry.first - len(above)
    is_ours = first >= 0 and [line.strip() for line in lines[first : entry.first]] == above
    return _Change(first=first if is_ours else entry.first, end=entry.end, lines=())


def _inside(entry: _Entry, wanted: Wanted, lines: list[str]) -> Iterator[_Change]:
    """The changes of a mapping in the text; what it gets anew comes behind its last entry."""
    entries = _entries(entry.value, lines)
    gone = wanted.had.keys() - wanted.want.keys()
    yield from (_without(key, one, wanted, lines) for key, one in entries.items() if key in gone)
    yield from _changes(entries, wanted, lines)
    last = max(entries.values(), key=lambda one: one.end)
    place = Place(last.column, _step(lines))
    new = [line for key in _new(entries, wanted) for line in _commented(wanted, key, place)]
    yield _Change(first=last.end, end=last.end, lines=tuple(new))


def _entries(node: Node, lines: list[str]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for key, value in node.value:
        first, column = key.start_mark.line, key.start_mark.column
        end = max(_end(value, first), first + 1)
        while end > first + 1 and _is_after(lines[end - 1], column):
            end -= 1
        found[str(key.value)] = _Entry(value=value, column=column, first=first, end=end)
    return found


def _end(node: Node, first: int) -> int:
    """The line behind a value; an alias stands for what is written above, and ends where it stands."""
    if node.start_mark.line < first:
        return first + 1
    if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        if isinstance(node, SequenceNode):
            return _end(last, first)
        key, value = last
        return max(_end(value, key.start_mark.line), int(key.end_mark.line) + 1)
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column else 0)


def _is_after(line: str, column: int) -> bool:
    """Whether a line belongs to what follows: it is blank, or a comment that stands no deeper than the key."""
    bare = line.lstrip()
    return not bare or (bare.startswith("#") and len(line) - len(bare) <= column)
