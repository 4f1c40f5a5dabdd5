"""The clock: the one place that asks the machine for the time."""

from __future__ import annotations

from datetime import UTC, datetime


def clock() -> datetime:
    """This function will return the present time in UTC."""
    return datetime.now(UTC)
