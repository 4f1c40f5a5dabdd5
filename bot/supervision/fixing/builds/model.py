"""The nouns of a look at a branch: its newest builds, how new they are, what failed in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.diagnosis.model import Evidence  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.run_models import WorkflowRun  # noqa: TC001 - as above
from bot.supervision.fixing.model import Trouble  # noqa: TC001 - as above


def file_of(run: WorkflowRun) -> str:
    """This function will name the file of a run's workflow, without the ref that GitHub adds to some."""
    return run.path.partition("@")[0]


class Age(StrEnum):
    """How a build stands to the newest commit of its branch."""

    NEWEST = "newest"  # it is of that commit
    PASSED_BY = (
        "passed by"  # the newest commit has other builds and none of this workflow, so it still speaks
    )
    RUNNING = "running"  # a newer one runs
    UNBUILT = "unbuilt"  # the newest commit has no builds yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The newest finished run of one workflow on a branch."""

    run: WorkflowRun
    age: Age

    @property
    def is_red(self) -> bool:
        """Whether it failed."""
        return self.run.conclusion is not None and self.run.conclusion.is_red


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchLook:
    """What GitHub says of a branch."""

    branch: str
    head_sha: str
    builds: tuple[Build, ...]  # one a workflow

    def of(self, path: str) -> Build | None:
        """This function will return the newest finished build of a workflow's file."""
        return next((build for build in self.builds if file_of(build.run) == path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One failure of a newest build, with whose fault it is."""

    trouble: Trouble
    evidence: Evidence
    age: Age


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresFound:
    """What failed in the newest builds of a branch."""

    found: tuple[Found, ...] = ()
    undiagnosed: tuple[WorkflowRun, ...] = ()  # red, and nothing is stored of what failed in them
