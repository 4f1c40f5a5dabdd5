"""Decides whether a work tree is to be looked after, by how it looks now and how it looked the last time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

AGAIN = timedelta(
    minutes=10
)  # after which what could not be done is tried again, although nothing has changed


def noted(look: str, now: datetime) -> str:
    """This function will make what is kept of a work tree that was tended: how it looked, and when that was."""
    return f"{look} {int(now.timestamp())}"


def needs_tending(look: str, kept: str, now: datetime) -> bool:
    """This function will say whether a work tree that looks so is to be tended, by what was kept of the last time."""
    before, _, at = kept.rpartition(" ")
    if not look:
        return False
    if look != before or not at.isdecimal():
        return True
    return now - datetime.fromtimestamp(int(at), UTC) >= AGAIN
