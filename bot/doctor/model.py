"""The nouns of an examination: what is looked at, what was found, how bad that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a check came out."""

    GOOD = "good"
    NOTICE = "notice"  # it works, and could be better
    BAD = "bad"  # something does not work
    UNKNOWN = "unknown"  # it could not be seen, which is never good


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str  # plain text: what it is about, such as `environment production`
    grade: Grade
    text: str  # plain text: what was seen
    remedy: str = ""  # plain text: what to do, and where; needed unless it is good
