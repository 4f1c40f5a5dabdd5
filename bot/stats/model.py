"""The nouns of the pipeline's figures: what a workflow run tells of its jobs and tests, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.engine.model import Start
from bot.github.models import RepositoryRef  # noqa: TC001 - as above
from bot.github.run_models import WorkflowRun  # noqa: TC001 - as above
from bot.pack.model import CHECKS, Workflow

NOTE_RUN = "note_run"
# Only these tell of their jobs and tests; of the others GitHub knows when they began and ended.
TELLING = frozenset(CHECKS)
MEASURED = {
    file.value: file for file in Workflow if file is not Workflow.ALARM
}  # by the names of their files


class CacheHit(StrEnum):
    """How much of what a job had kept was there again."""

    HIT = "hit"
    PARTIAL = "partial"  # an older state of it
    MISS = "miss"
    NONE = "none"  # the job keeps nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFigures:
    """What a job told of itself."""

    name: str
    seconds: int | None = None
    cache: CacheHit = CacheHit.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many tests ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.passed + self.failed + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a workflow run told of its jobs and tests."""

    jobs: tuple[JobFigures, ...] = ()
    tests: dict[str, Counts] = field(default_factory=dict)  # by category
    problem: str = ""  # why what it told could not be read; safe as plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRun:
    """One attempt of a workflow run of the pack, as it is kept."""

    repository_id: int
    run_id: int
    attempt: int
    workflow: Workflow
    branch: str
    is_default: bool  # whether that was the default branch then
    event: str
    head_sha: str
    conclusion: str
    seconds: int | None
    url: str
    ended_at: datetime
    figures: Figures = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRun:
    """The request of `note_run`: an attempt of a workflow run of the pack has ended."""

    repository: RepositoryRef
    run: WorkflowRun

    def start(self) -> Start:
        """This function will name the run that notes it: each attempt is noted once."""
        return Start(
            flow=NOTE_RUN,
            run_id=f"{NOTE_RUN}-{self.run.id}-{self.run.attempt}",
            request=self,
            partition=f"{self.repository.full_name}@{self.run.id}",
        )


def measured_file(path: str) -> Workflow | None:
    """This function will return which workflow of the pack a file is, by its path; None where it is none of them."""
    return MEASURED.get(path.partition("@")[0].rpartition("/")[2])
