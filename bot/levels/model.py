"""What people wait for, how long each wait took, and how all of them stand against the goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - part of the public signatures
from enum import StrEnum


class Kind(StrEnum):
    """What was waited for."""

    ACKNOWLEDGED = "acknowledged"  # from a command's text to the first sign that it was seen
    SUMMARISED = "summarised"  # from the end of a red workflow run to the summary on its pull request
    MERGED = "merged"  # from the end of the last check that was needed to the merge
    MERGED_IN_LINE = "merged_in_line"  # from the same, where a train or GitHub's queue tests it once more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One wait that is over."""

    kind: Kind
    cause: str  # GitHub's id of what was waited after: the same cause counts once
    repository_id: int
    began_at: datetime  # by GitHub's clock
    ended_at: datetime  # by ours

    @property
    def seconds(self) -> float:
        """How long it took; GitHub's clock may be ahead of ours, and nobody waits for less than nothing."""
        return max(0.0, (self.ended_at - self.began_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How the waits of one kind stand against their goal."""

    kind: Kind
    goal: float  # seconds
    count: int
    kept: int  # of them within the goal
    p50: float | None = None  # seconds; None where nobody waited
    p95: float | None = None
    p99: float | None = None
    worst: float | None = None

    @property
    def share(self) -> float | None:
        """Which part of the waits met the goal; None where there was none."""
        return self.kept / self.count if self.count else None

    @property
    def is_met(self) -> bool | None:
        """Whether 95 of 100 waits met the goal; None where there was none."""
        return None if self.p95 is None else self.p95 <= self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A repository in which waits of one kind missed their goal."""

    kind: Kind
    full_name: str
    count: int
    kept: int
    worst: float  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How the waits of one kind that ended on one day stood."""

    day: date
    count: int
    kept: int
