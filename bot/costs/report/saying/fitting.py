"""Keeps a text within what GitHub takes: what matters least is left out first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 60_000  # GitHub takes 65,536 characters
_LEFT_OUT = "_Left out, because GitHub takes no longer text: {}._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A piece of a text, already safe Markdown."""

    text: str  # empty pieces are no pieces
    name: str = ""  # by which it is told that it was left out; empty for what is never left out
    rank: int = 0  # of those with a name the highest goes first


def fitted(sections: Iterable[Section], most: int = MOST_BYTES) -> str:
    """This function will join the pieces to a text of at most so many bytes."""
    kept = [section for section in sections if section.text]
    out: list[str] = []
    while len(text := _joined(kept, out).encode()) > most:
        optional = [section for section in kept if section.name]
        if not optional:
            return cut(text.decode(), most)
        last = max(optional, key=lambda section: (section.rank, len(section.text)))
        kept.remove(last)
        out.append(last.name)
    return text.decode()


def _joined(kept: Iterable[Section], out: list[str]) -> str:
    note = (_LEFT_OUT.format(", ".join(out)),) if out else ()
    return "\n\n".join((*(section.text for section in kept), *note))
