"""A failure, its cause and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Cause(StrEnum):
    """The class of what went wrong."""

    TEST = "test"
    COMPILE = "compile"
    LINT = "lint"
    FORMAT = "format"
    DOCS = "docs"
    DEPENDENCY = "dependency"
    INFRASTRUCTURE = "infrastructure"
    CONFIGURATION = "configuration"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """Whose fault a failure is, as far as the evidence goes."""

    NEW = "new"
    BROKEN_BASE = "broken base"
    FLAKY_PROVEN = "flaky (proven)"
    FLAKY_LIKELY = "flaky (likely)"
    INFRASTRUCTURE = "infrastructure"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in the repository's files."""

    path: str
    line: int
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One diagnosed cause in one job's log; all text is clean of ANSI codes and secrets."""

    tool: str  # the parser that read it: cargo, pytest, …
    cause: Cause
    message: str  # one line
    excerpt: tuple[str, ...]  # at most 30 log lines, as they stand in the log
    line: int  # where the excerpt begins in the log, from 1
    tests: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()
    step: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one log says, the most telling failure first; empty when nothing could be read."""

    failures: tuple[Failure, ...] = ()
    step: str = ""
    lines_read: int = 0
    problem: str = ""  # why there is no diagnosis: log gone, parser crashed, …


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about a fingerprint beside this job."""

    verdict: Verdict
    reason: str
    links: tuple[str, ...] = ()
    also_on: tuple[str, ...] = field(default=())  # "#12", "main since abc1234"
