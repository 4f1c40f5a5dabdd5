"""How a job of a try ended, and what that says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

_LACKING = 127  # as a shell says that there is no such program
_DISK_FULL = 124  # as fixer.sh says it
_NOT_RUN = frozenset({125, 126, _LACKING})


class End(StrEnum):
    """How it ended."""

    ENDED = "ended"  # by itself
    LATE = "late"  # killed at its time limit
    FLOOD = "flood"  # killed because it wrote too much
    COSTLY = "costly"  # killed because it cost too much
    RESTLESS = "restless"  # killed because it asked its model too often
    NOT_BEGUN = "not begun"
    LOST = "lost"  # its host does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A failure that diagnosis reads in its output."""

    tool: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended."""

    end: End
    code: int | None = None
    seconds: int = 0
    tail: str = ""  # the end of its output, without secrets
    seen: tuple[Seen, ...] = ()
    problem: str = ""  # plain text: why it did not begin, or is lost
    price: Decimal | None = None

    @property
    def was_run(self) -> bool:
        """Whether the program itself ran and said by its exit how it went."""
        return self.end is End.ENDED and self.code is not None and self.code not in _NOT_RUN

    @property
    def has_filled_the_disk(self) -> bool:
        """Whether it was ended because too little of the disk was left."""
        return self.end is End.ENDED and self.code == _DISK_FULL

    @property
    def is_lacking(self) -> bool:
        """Whether the host has no such program."""
        return self.end is End.ENDED and self.code == _LACKING
