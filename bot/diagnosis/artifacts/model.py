"""What report files say: tests and how they ended, remarks on code, and what was read of an artifact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.diagnosis.model import Cause, Failure, Location, SuiteReport  # noqa: TC001 - as above
from bot.github.models import Annotation  # noqa: TC001 - as above


class Outcome(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"  # what it asserts does not hold
    ERROR = "error"  # it could not be carried out
    SKIPPED = "skipped"

    @property
    def is_red(self) -> bool:
        """Whether the test speaks against the code."""
        return self in {Outcome.FAILED, Outcome.ERROR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test as a report file tells it, in the file's own words."""

    name: str
    outcome: Outcome
    group: str = ""  # the class, module or suite that the file names beside the test
    suite: str = ""  # what it is counted under
    seconds: float | None = None
    message: str = ""
    kind: str = ""  # the class of the failure: AssertionError, …
    text: str = ""  # the stack trace or the captured output
    path: str = ""
    line: int | None = None
    maker: str = ""  # what tells the tool that wrote the file
    retried: bool = False  # it failed before it passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a compiler or linter has against a place in the code."""

    tool: str
    cause: Cause
    message: str
    text: str = ""
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactReading:
    """What was read of one artifact; small enough to be stored."""

    id: int
    name: str
    created_at: datetime | None = None
    failures: tuple[Failure, ...] = ()
    report: SuiteReport | None = None  # None where it counts no tests, or not all of them could be read
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRemarks:
    """What the runner remarked on one job."""

    job_id: int
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What one attempt of a workflow run left behind beside its logs."""

    artifacts: tuple[ArtifactReading, ...] = ()
    remarks: tuple[JobRemarks, ...] = ()


class Damaged(Exception):  # noqa: N818 - what it says of a file
    """A file that cannot be read, or only as far as it was; the message says why."""
