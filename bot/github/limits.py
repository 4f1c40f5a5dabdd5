"""The one gate that all calls pass: priorities, pace, concurrency, and standing still at GitHub's limits."""

from __future__ import annotations

from enum import IntEnum


class Priority(IntEnum):
    """Who goes first when calls have to wait; smaller is sooner."""

    GATE = 0
    ACKNOWLEDGEMENT = 1
    SUMMARY = 2
