"""Keeps a text within what GitHub takes: what matters least is left out first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 60_000  # GitHub takes 65,536 characters
_NOTE = 100  # bytes that it takes to say what was left out
_LEFT_OUT = "_Left out, because GitHub takes no longer text: {}._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A piece of a text, already safe Markdown."""

    text: str  # empty pieces are no pieces
    name: str = ""  # by which it is told that it was left out; empty for what is never left out
    rank: int = 0  # of those with a name the highest matters least


def fitted(sections: Iterable[Section], most: int = MOST_BYTES) -> str:
    """This function will join the pieces to a text of at most so many bytes.

    Where one piece less is enough, that of the highest rank goes; else the longest.
    """
    kept = [section for section in sections if section.text]
    out: list[str] = []
    while (excess := len((text := _joined(kept, out)).encode()) - most) > 0:
        optional = sorted((section for section in kept if section.name), key=lambda each: -each.rank)
        if not optional:
            return cut(text, most)
        enough = (each for each in optional if _length(each) >= excess + _NOTE)
        goes = next(enough, max(optional, key=_length))
        kept.remove(goes)
        out.append(goes.name)
    return text


def _length(section: Section) -> int:
    return len(section.text.encode())


def _joined(kept: Iterable[Section], out: list[str]) -> str:
    note = (_LEFT_OUT.format(", ".join(out)),) if out else ()
    return "\n\n".join((*(section.text for section in kept), *note))
