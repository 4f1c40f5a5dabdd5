"""Chains the journal's entries by their hashes, and says where a chain is broken; needs nothing but the entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from bot.audit.canonical import digest
from bot.audit.model import Entry  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GENESIS = "0" * 64  # what the first entry of a repository has instead of the hash of one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An entry in its place in the chain of its repository."""

    sequence: int  # from 1
    entry: Entry
    previous: str
    hash: str

    @property
    def head(self) -> Head:
        """How far the chain goes with this entry."""
        return Head(sequence=self.sequence, hash=self.hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a chain goes: whoever knows this notices when its end is cut off or it is written anew."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first place at which a chain does not hold."""

    sequence: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of following one repository's chain to its end."""

    repository_id: int
    head: Head  # of the part that holds
    broken: Broken | None = None


def chained(entry: Entry, after: Head) -> Linked:
    """This function will put the entry at the end of the chain."""
    entry = replace(entry, at=entry.at.astimezone(UTC))
    sequence, previous = after.sequence + 1, after.hash
    return Linked(
        sequence=sequence,
        entry=entry,
        previous=previous,
        hash=digest({"entry": entry, "previous": previous, "sequence": sequence}),
    )


def follow(chain: Iterable[Linked], *, known: Mapping[int, Head] | None = None) -> tuple[Checked, ...]:
    """This function will follow the chains of all repositories, each in its order, to their ends or first breaks.

    Args:
        chain: the entries, those of each repository by rising sequence.
        known: heads noted down earlier, by repository id; a chain without that very entry was changed.
    """
    found: dict[int, Checked] = {}
    noted = dict(known or {})
    for linked in chain:
        repository_id = linked.entry.repository_id
        before = found.get(repository_id) or Checked(repository_id=repository_id, head=start())
        found[repository_id] = _next(before, linked, noted.get(repository_id))
    return tuple(_ended(found, noted))


def first_break(entries: Iterable[Linked]) -> Broken | None:
    """This function will follow a part of one chain, by rising sequence, and return where it does not hold."""
    before: Checked | None = None
    for linked in entries:
        if before is None:
            head = Head(sequence=linked.sequence - 1, hash=linked.previous)
            before = Checked(repository_id=linked.entry.repository_id, head=head)
        before = _next(before, linked, None)
    return before.broken if before is not None else None


def start() -> Head:
    """This function will return the head of a chain without entries."""
    return Head(sequence=0, hash=GENESIS)


def _next(before: Checked, linked: Linked, noted: Head | None) -> Checked:
    if before.broken is not None:
        return before
    expected = chained(linked.entry, before.head)
    if linked.sequence != expected.sequence:
        why = f"entry {expected.sequence} is missing: after {before.head.sequence} comes {linked.sequence}"
    elif linked.previous != expected.previous:
        why = "it was not written after the entry that stands before it"
    elif linked.hash != expected.hash:
        why = "it was changed after it was written"
    elif noted is not None and noted.sequence == linked.sequence and noted.hash != linked.hash:
        why = f"it is not the entry that was noted down as {noted}"
    else:
        return replace(before, head=linked.head)
    return replace(before, broken=Broken(sequence=expected.sequence, why=why))


def _ended(found: dict[int, Checked], noted: Mapping[int, Head]) -> Iterator[Checked]:
    for repository_id in sorted({*found, *noted}):
        checked = found.get(repository_id) or Checked(repository_id=repository_id, head=start())
        head = noted.get(repository_id)
        if checked.broken is None and head is not None and checked.head.sequence < head.sequence:
            why = f"its end is cut off: it went to {head} once"
            checked = replace(checked, broken=Broken(sequence=checked.head.sequence + 1, why=why))
        yield checked
