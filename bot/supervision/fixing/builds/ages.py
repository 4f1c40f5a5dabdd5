"""Says which builds of a branch are its newest, and how they stand to its newest commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.fixing.builds.model import Age, Build, file_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.run_models import WorkflowRun

# What builds a branch by itself; a dispatched run answers to whoever dispatched it.
_EVENTS = frozenset({"push", "schedule"})


def newest_builds(
    finished: Iterable[WorkflowRun], at_head: Iterable[WorkflowRun], *, repository: str, head_sha: str
) -> tuple[Build, ...]:
    """This function will pick the newest finished build of each workflow and say how it stands to the newest commit.

    Args:
        finished: finished runs of the branch, of forks' branches with its name too.
        at_head: all runs of the newest commit, finished or not.
        repository: owner/name.
        head_sha: of the newest commit.
    """
    mine = [run for run in at_head if _counts(run, repository)]
    # A branch that was moved back has newer runs of commits that it no longer has.
    newest = _newest(run for run in finished if _counts(run, repository)) | _newest(mine)
    return tuple(Build(run=run, age=_age(run, mine, head_sha)) for _, run in sorted(newest.items()))


def _newest(runs: Iterable[WorkflowRun]) -> dict[str, WorkflowRun]:
    """The newest finished run of each workflow's file."""
    ordered = sorted(runs, key=lambda run: (run.id, run.attempt))
    return {file_of(run): run for run in ordered if run.is_completed}


def _counts(run: WorkflowRun, repository: str) -> bool:
    return run.event in _EVENTS and run.head_repository == repository


def _age(run: WorkflowRun, at_head: list[WorkflowRun], head_sha: str) -> Age:
    own = [each for each in at_head if file_of(each) == file_of(run)]
    if any(not each.is_completed for each in own):
        return Age.RUNNING
    if run.head_sha == head_sha:
        return Age.NEWEST
    return Age.PASSED_BY if at_head else Age.UNBUILT
