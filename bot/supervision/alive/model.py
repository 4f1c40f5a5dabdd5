"""The nouns of the bot's sign of life: its parts, when each looked last, and the alarm that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ALARM_FILE = "pilothouse-alarm.yml"  # of the workflow in the template pack
ALARM_RUNS = timedelta(hours=6)  # within which it must have run; it is asked for twice an hour


class AlarmState(StrEnum):
    """How the workflow stands that raises the alarm when the bot falls silent."""

    MISSING = "missing"
    DISABLED = "disabled"
    NEVER_RAN = "never ran"
    LATE = "late"
    RUNS = "runs"
    UNKNOWN = "unknown"  # GitHub did not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that the bot does by the clock."""

    name: str
    looked_at: datetime | None  # None where it has not looked yet
    limit: timedelta  # within which it has to look again

    def is_late(self, now: datetime) -> bool:
        """This function will say whether it should have looked again by now."""
        return self.looked_at is not None and now - self.looked_at > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """How the alarm stands."""

    state: AlarmState
    ran_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What the heartbeat issue says."""

    at: datetime
    limit: timedelta  # within which the next one is due
    parts: tuple[Part, ...]
    alarm: Alarm
    command: str = "pilothouse supervision alarm"  # that prints the alarm's workflow
    url: str = ""  # of the page of agents
