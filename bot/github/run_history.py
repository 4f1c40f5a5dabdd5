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

MOST_FOUND = 5_000
_GET_REPOSITORY = Operation(
    id="repos/get",
    method="GET",
    path="/repos/{owner}/{repo}",
    permissions=frozenset({("metadata", "read")}),
)
_GET_ATTEMPT = Operation(
    id="actions/get-workflow-run-attempt",
    method="GET",
    path="/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}",
    permissions=frozenset({("actions", "read")}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsFound:
    """Workflow runs, each at its newest attempt, newest first."""

    runs: tuple[WorkflowRun, ...]
    is_whole: bool  # whether there are no more


class _VisibilityShape(Struct):
    private: bool


async def runs_since(repo: RepositoryClient, since: datetime) -> RunsFound:
    """This function will read the workflow runs that were created since a moment, but at most 5,000."""
    found: dict[int, WorkflowRun] = {}
    async for shape in repo.calls.pages(op.LIST_RUNS, RunShape, {}):
        run = shape.to_run()
        if run.created_at < since:
            break
        if len(found) >= MOST_FOUND:
            return RunsFound(runs=tuple(found.values()), is_whole=False)
        found[run.id] = run
    return RunsFound(runs=tuple(found.values()), is_whole=True)


async def running_runs(repo: RepositoryClient) -> tuple[WorkflowRun, ...]:
    """This function will read the workflow runs that have jobs at work now."""
    shapes = await repo.calls.list(op.LIST_RUNS, RunShape, {}, {"status": "in_progress"})
    return tuple(shape.to_run() for shape in shapes)


async def attempt_began(repo: RepositoryClient, run_id: int, number: int) -> datetime | None:
    """This function will read when an attempt of a workflow run began; None where GitHub does not say."""
    variables = {"run_id": run_id, "attempt_number": number}
    return (await repo.calls.get(_GET_ATTEMPT, RunShape, variables)).to_run().started_at


async def is_public(repo: RepositoryClient) -> bool:
    """This function will say whether anybody may see the repository."""
    return not (await repo.calls.get(_GET_REPOSITORY, _VisibilityShape, {})).private
