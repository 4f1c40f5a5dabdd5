"""What ran in a repository in a while: workflow runs by when they were created, whatever is still running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import operations as op
from bot.github.operation import Operation
from bot.github.shapes_runs import RunShape

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun

MOST_FOUND = 1_000  # of one search: https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
_GET_REPOSITORY = Operation(
    id="repos/get",
    method="GET",
    path="/repos/{owner}/{repo}",
    permissions=frozenset({("metadata", "read")}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsFound:
    """Workflow runs, each at its newest attempt, newest first."""

    runs: tuple[WorkflowRun, ...]
    is_whole: bool  # whether there are no more


class _VisibilityShape(Struct):
    private: bool


async def runs_between(
    repo: RepositoryClient, *, since: datetime, until: datetime, most: int = 5 * MOST_FOUND
) -> RunsFound:
    """This function will read the workflow runs that were created in a while.

    One search gives at most 1,000; where there are more, it goes on before the oldest of them.
    """
    found: dict[int, WorkflowRun] = {}
    while True:
        created = f"{since:%Y-%m-%dT%H:%M:%SZ}..{until:%Y-%m-%dT%H:%M:%SZ}"
        shapes = await repo.calls.list(op.LIST_RUNS, RunShape, {}, {"created": created})
        new = [run for run in (shape.to_run() for shape in shapes) if run.id not in found]
        found.update((run.id, run) for run in new)
        is_whole = len(shapes) < MOST_FOUND
        if is_whole or not new or len(found) >= most:
            return RunsFound(runs=tuple(found.values()), is_whole=is_whole)
        until = min(run.created_at for run in new)


async def running_runs(repo: RepositoryClient) -> tuple[WorkflowRun, ...]:
    """This function will read the workflow runs that have jobs at work now."""
    shapes = await repo.calls.list(op.LIST_RUNS, RunShape, {}, {"status": "in_progress"})
    return tuple(shape.to_run() for shape in shapes)


async def is_public(repo: RepositoryClient) -> bool:
    """This function will say whether anybody may see the repository."""
    return not (await repo.calls.get(_GET_REPOSITORY, _VisibilityShape, {})).private
