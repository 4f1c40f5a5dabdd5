"""The nouns of an installation: a file's past and present, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.pack.installing.recording import Written
    from bot.pack.model import PackFile


class Fate(StrEnum):
    """What becomes of a file."""

    NEW = "new"  # it was not there
    UPDATED = "updated"  # it was as it had been written
    MERGED = "merged"  # it was edited, and takes what is new beside the edits
    REPLACED = "replaced"  # as a person asked
    REMOVED = "removed"  # it was as it had been written, and the pack has it no more
    SAME = "same"  # nothing is to be done
    KEPT = "kept"  # it was edited, and nothing is new
    DELETED = "deleted"  # a person deleted it
    CONFLICT = "conflict"  # it was edited where something is new
    LOST = "lost"  # it was edited, and what had been written is not to be found
    FOREIGN = "foreign"  # a person's own file lies where the pack has one
    RETIRED = "retired"  # it was edited, and the pack has it no more

    @property
    def writes(self) -> bool:
        """Whether the file changes."""
        return self in {Fate.NEW, Fate.UPDATED, Fate.MERGED, Fate.REPLACED, Fate.REMOVED}

    @property
    def needs_a_person(self) -> bool:
        """Whether the pack's file is not what the repository has, and only a person can say which is right."""
        return self in {Fate.CONFLICT, Fate.LOST, Fate.FOREIGN}


class Wish(StrEnum):
    """What a person said about a file beforehand."""

    NONE = "none"
    REPLACE = "replace"  # take the pack's
    KEEP = "keep"  # theirs is right: offer that of the pack no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A file as it was written, as it lies there, and as the pack has it now."""

    path: str
    written: Written | None  # None where nothing was ever written there
    base: bytes | None  # what was written; None where it is not to be found, or not needed
    current: bytes | None  # None where there is no such file
    offered: PackFile | None  # None where the pack has it no more
    is_removable: bool = (
        False  # lies where only the pack has files: the record may have been edited by anybody
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a file, and what is to be remembered of it."""

    path: str
    fate: Fate
    before: bytes | None
    after: bytes | None
    offered: bytes | None
    written: Written | None  # None where nothing is remembered
    is_program: bool = False
