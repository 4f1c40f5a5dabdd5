"""Counts what goes wrong deep below whoever tells of it: the log has each time, the metrics how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Trouble(StrEnum):
    """What goes wrong, by the name that it has in the log."""

    DATABASE_AWAY = "database_away"  # a transaction is tried again
    LIMITS_NOT_SHARED = "limits_not_shared"  # a worker keeps its own pace for a while
    DISPATCHER_UNSEATED = "dispatcher_unseated"  # whoever took deliveries in showed no sign of life


@dataclass(frozen=True, slots=True)
class Troubles:
    """The counts of one process; many threads add to them."""

    _counts: Counter[Trouble] = field(default_factory=lambda: Counter(dict.fromkeys(Trouble, 0)))
    _turn: Lock = field(default_factory=Lock)

    def add(self, trouble: Trouble) -> None:
        """This function will count one more."""
        with self._turn:
            self._counts[trouble] += 1

    def counts(self) -> Mapping[tuple[str, ...], float]:
        """This function will say how often each was met, never as well."""
        with self._turn:
            return {(trouble.value,): float(count) for trouble, count in self._counts.items()}


# One for the process, as its log is: a lost session is met in a library's thread that nobody hands anything to.
TROUBLES = Troubles()
