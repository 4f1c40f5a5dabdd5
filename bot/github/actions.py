"""Workflow runs, their jobs and logs, re-runs and dispatches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import operations as op
from bot.github.errors import Unprocessable
from bot.github.shapes import Id, Nothing
from bot.github.shapes_runs import JobShape, RunShape, WorkflowShape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from bot.github.client import RepositoryClient
    from bot.github.models import Sha, Workflow
    from bot.github.run_models import Job, WorkflowRun

MOST_A_PAGE = 100
MAX_DISPATCH_INPUTS = 25  # https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event


class DispatchShape(Struct):
    """The answer to a dispatch, under API version 2026-03-10."""

    workflow_run_id: Id


async def get_run(repo: RepositoryClient, run_id: int) -> WorkflowRun:
    """This function will read the newest attempt of a workflow run."""
    shape = await repo.calls.get(op.GET_RUN, RunShape, {"run_id": run_id})
    return shape.to_run()


async def list_runs(repo: RepositoryClient, *, head_sha: Sha) -> tuple[WorkflowRun, ...]:
    """This function will read all workflow runs of a commit, newest first, each at its newest attempt."""
    shapes = await repo.calls.list(op.LIST_RUNS, RunShape, {}, {"head_sha": head_sha})
    return tuple(shape.to_run() for shape in shapes)


async def list_branch_runs(repo: RepositoryClient, *, branch: str) -> tuple[WorkflowRun, ...]:
    """This function will read the newest finished workflow runs of a branch, as many as one call gives."""
    found: list[WorkflowRun] = []
    query = {"branch": branch, "status": "completed"}
    async for shape in repo.calls.pages(op.LIST_RUNS, RunShape, {}, query):
        found.append(shape.to_run())
        if len(found) == MOST_A_PAGE:
            break
    return tuple(found)


async def list_dispatched_runs(
    repo: RepositoryClient, *, branch: str, workflow: str, since: datetime
) -> tuple[WorkflowRun, ...]:
    """This function will read the newest runs of a workflow file dispatched on a branch since a moment.

    One page is read. GitHub tells times in whole seconds: a run of the second in which the moment lies counts.
    """
    query = {"branch": branch, "event": "workflow_dispatch"}
    shapes = await repo.calls.page(op.LIST_RUNS, RunShape, {}, query)
    runs = (shape.to_run() for shape in shapes)
    second = since.replace(microsecond=0)
    return tuple(
        run
        for run in runs
        if run.event == "workflow_dispatch"
        and run.path.partition("@")[0].rpartition("/")[2] == workflow
        and run.created_at >= second
    )


async def list_jobs(repo: RepositoryClient, run_id: int, attempt: int) -> tuple[Job, ...]:
    """This function will read all jobs of one attempt of a workflow run, with their steps."""
    variables = {"run_id": run_id, "attempt_number": attempt}
    shapes = await repo.calls.list(op.LIST_JOBS, JobShape, variables)
    return tuple(shape.to_job() for shape in shapes)


def open_job_log(repo: RepositoryClient, job_id: int) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
    """This function will open a job's log as a stream of chunks of bytes, never whole in memory.

    Raises:
        NotFound: the log was deleted or has expired.
        Unavailable: the stream broke off; open it again.
    """
    return repo.calls.stream(op.DOWNLOAD_JOB_LOG, {"job_id": job_id})


async def rerun_failed_jobs(repo: RepositoryClient, run_id: int) -> None:
    """This function will re-run the failed jobs of a workflow run, and what depends on them."""
    await repo.calls.send(op.RERUN_FAILED_JOBS, Nothing, {"run_id": run_id})


async def rerun_run(repo: RepositoryClient, run_id: int) -> None:
    """This function will re-run all jobs of a workflow run."""
    await repo.calls.send(op.RERUN_RUN, Nothing, {"run_id": run_id})


async def rerun_job(repo: RepositoryClient, job_id: int) -> None:
    """This function will re-run one job, and what depends on it."""
    await repo.calls.send(op.RERUN_JOB, Nothing, {"job_id": job_id})


async def cancel_run(repo: RepositoryClient, run_id: int) -> None:
    """This function will ask GitHub to cancel a workflow run."""
    await repo.calls.send(op.CANCEL_RUN, Nothing, {"run_id": run_id})


async def list_workflows(repo: RepositoryClient) -> tuple[Workflow, ...]:
    """This function will read all workflow files that GitHub Actions knows in the repository."""
    shapes = await repo.calls.list(op.LIST_WORKFLOWS, WorkflowShape, {})
    return tuple(shape.to_workflow() for shape in shapes)


async def dispatch_workflow(
    repo: RepositoryClient, *, workflow: str, ref: str, inputs: Mapping[str, str]
) -> int:
    """This function will start a workflow by `workflow_dispatch` and return the id of its workflow run.

    Args:
        repo: Where the workflow lives.
        workflow: The file's name in `.github/workflows`, or the workflow's id.
        ref: The branch or tag whose version of the file runs.
        inputs: At most 25.

    Raises:
        Unprocessable: the workflow has no `workflow_dispatch`, or does not know an input.
        Uncertain: the answer was lost; look for the run before dispatching again.
    """
    if len(inputs) > MAX_DISPATCH_INPUTS:
        raise Unprocessable(
            f"a workflow takes at most {MAX_DISPATCH_INPUTS} inputs, not {len(inputs)}",
            operation=op.DISPATCH_WORKFLOW.id,
        )
    body = {"ref": ref, "inputs": dict(inputs)}
    shape = await repo.calls.send(op.DISPATCH_WORKFLOW, DispatchShape, {"workflow_id": workflow}, body)
    return shape.workflow_run_id
