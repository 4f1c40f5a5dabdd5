"""What is read and done about workflow runs that hang: those at work, those of one workflow, their end by force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.operation import Operation
from bot.github.shapes import Nothing
from bot.github.shapes_runs import RunShape, WorkflowShape

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import Workflow
    from bot.github.run_models import WorkflowRun

# A run that waits for a person (`waiting`) or for its concurrency group (`pending`) has a status of its own.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-run-statuses
AT_WORK = ("in_progress", "queued", "requested")
_LIST_WORKFLOW_RUNS = Operation(
    id="actions/list-workflow-runs",
    method="GET",
    path="/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    permissions=frozenset({("actions", "read")}),
    items="workflow_runs",
)
_FORCE_CANCEL_RUN = Operation(
    id="actions/force-cancel-workflow-run",
    method="POST",
    path="/repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel",
    permissions=frozenset({("actions", "write")}),
    repeatable=True,
)
_GET_WORKFLOW = Operation(
    id="actions/get-workflow",
    method="GET",
    path="/repos/{owner}/{repo}/actions/workflows/{workflow_id}",
    permissions=frozenset({("actions", "read")}),
)


async def runs_at_work(repo: RepositoryClient) -> tuple[WorkflowRun, ...]:
    """This function will read the workflow runs that run or wait for a runner, each at its newest attempt."""
    found: dict[int, WorkflowRun] = {}
    for status in AT_WORK:
        shapes = await repo.calls.list(op.LIST_RUNS, RunShape, {}, {"status": status})
        found |= {shape.id: shape.to_run() for shape in shapes}
    return tuple(found.values())


async def newest_runs(repo: RepositoryClient, workflow: int | str) -> tuple[WorkflowRun, ...]:
    """This function will read the newest 100 runs of a workflow, by its id or file name, in one call."""
    shapes = await repo.calls.page(_LIST_WORKFLOW_RUNS, RunShape, {"workflow_id": workflow})
    return tuple(shape.to_run() for shape in shapes)


async def get_workflow(repo: RepositoryClient, workflow: str) -> Workflow:
    """This function will read a workflow by its file name.

    Raises:
        NotFound: there is no such file, or GitHub Actions never saw it.
    """
    return (await repo.calls.get(_GET_WORKFLOW, WorkflowShape, {"workflow_id": workflow})).to_workflow()


async def force_cancel_run(repo: RepositoryClient, run_id: int) -> None:
    """This function will end a workflow run that does not respond to being cancelled.

    Raises:
        Conflict: GitHub does not end it.
    """
    await repo.calls.send(_FORCE_CANCEL_RUN, Nothing, {"run_id": run_id})
