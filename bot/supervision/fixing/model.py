"""The nouns of fixing: the failure that is to be fixed, one try at it, and the change that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from decimal import Decimal  # noqa: TC003 - as above
from enum import StrEnum

from bot.diagnosis.model import Failure  # noqa: TC001 - as above


class FixState(StrEnum):
    """How a try to fix a failure stands."""

    INTENDED = "intended"  # its row is written, nothing is done
    FIXING = "fixing"  # fixers run on the host
    PROPOSED = "proposed"  # its pull request is open, and its build runs
    SUGGESTED = "suggested"  # what it would change was said, and no branch was made
    FIXED = "fixed"  # the build of its pull request no longer has the failure
    MERGED = "merged"
    REFUSED = "refused"  # what came of it breaks a rule, or nothing came of it
    FAILED = "failed"  # the build still has the failure
    CLOSED = "closed"  # a person closed its pull request
    UNKNOWN = "unknown"  # the host did not say how it went


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is to be fixed: one failure of the newest build of a watched branch."""

    branch: str
    base_sha: str
    run_id: int
    run_url: str
    workflow: str
    job: str
    job_url: str
    failure: Failure
    path: str = ""  # of the workflow's file
    attempt: int = 1
    beside: tuple[str, ...] = ()  # fingerprints of all that failed in that build


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a fix changes, as it was checked and as people are told of it."""

    command: str  # that failed before and succeeded after
    digest: str  # of the diff: the same change is not proposed twice
    files: tuple[str, ...] = ()
    added: int = 0  # lines
    removed: int = 0  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """The row of one try."""

    id: str
    repository_id: int
    round: int  # from 1
    state: FixState
    trouble: Trouble
    begun_at: datetime
    updated_at: datetime
    reason: str = ""
    text: str = ""  # safe Markdown
    fixer: str = ""
    head_ref: str = ""
    head_sha: str = ""
    number: int | None = None
    price: Decimal | None = None
    decision_id: str = ""
    change: Change | None = None  # None until there is one that may be proposed
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchedFile:
    """One file that a fixer changed, as git has it."""

    path: str
    old_mode: str  # as in a tree of git: 100644, 100755, 120000, 160000; empty where it is new
    new_mode: str  # as above; empty where it was removed
    size: int  # bytes it has now
    content: bytes | None  # None where it was removed, is a link, or is larger than any fix may be
    added: int = 0  # lines
    removed: int = 0  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """All that changed in the work tree of a try."""

    files: tuple[PatchedFile, ...]
    diff: str  # unified, as git writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How the fixers of one try ended on the host."""

    fixer: str  # the one whose change made the failed command succeed; empty where none did
    reason: str = ""  # of `Reason`, where none did
    text: str = ""  # safe Markdown: what each fixer came to
    price: Decimal | None = None  # of the agent; None where none was asked, or it is not known
    command: str = ""  # that failed before and succeeded after
