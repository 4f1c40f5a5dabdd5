"""A clock that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


class Clock:
    """Tells the time that the test decided on."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """This function will return the present time of the test."""
        return self.now

    def advance(self, duration: timedelta) -> None:
        """This function will let the duration pass."""
        self.now += duration
