"""What is seen of a proposed fix, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.supervision.fixing.model import FixState  # noqa: TC001 - as above


class Standing(StrEnum):
    """How the pull request or issue of a fix stands."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"
    GONE = "gone"  # it was deleted
    TAKEN = "taken over"  # somebody else pushed to its branch
    CLASHES = "clashes"  # it can no longer be merged into its base


class BuildEnd(StrEnum):
    """What the build of a fix says of the failure."""

    NONE = "none"  # there is none of that workflow
    RUNNING = "running"  # or red, and not diagnosed yet
    GREEN = "green"
    MENDED = "mended"  # it is red for other reasons, which the fix did not bring
    STILL = "still"  # the failure is there
    WORSE = "worse"  # what passed before fails now


class Word(StrEnum):
    """What is said on a fix's pull request or issue; each is said once."""

    FIXED = "fixed"
    STILL_RED = "still red"
    NO_BUILD = "no build"
    NOT_NEEDED = "not needed"  # the branch no longer has the failure
    CLASHES = "clashes"
    LAST = "last"  # no other try follows
    REPLACED = "replaced"  # a pull request proposes what was only suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A fix, and how things stand around it."""

    state: FixState
    standing: Standing
    build: BuildEnd
    is_mended_elsewhere: bool  # the newest build of the branch is green
    since: timedelta  # since the row changed
    may_try_again: bool  # another try is still to come or goes on
    is_replaced: bool = False  # a newer fix of the same failure stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What follows."""

    state: FixState
    reason: str = ""
    word: Word | None = None
    closes: bool = False  # its pull request or issue, and its branch
    ends: bool = False  # nothing more follows


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBuild:
    """What failed in the builds of a fix, or why that is not known."""

    end: BuildEnd
    url: str = ""
    failures: tuple[str, ...] = ()  # safe Markdown, one line each: what decided
