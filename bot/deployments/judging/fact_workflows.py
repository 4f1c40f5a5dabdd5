"""Reads whether the workflows of a deployment can be started, and which inputs they declare."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.config.workflow_inputs import Undispatchable, declared_inputs
from bot.deployments.judging.fact_model import WorkflowFacts
from bot.deployments.model import Task
from bot.github.actions import list_workflows
from bot.github.contents import get_file

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.config.policy import EnvironmentConfig
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.github.client import RepositoryClient


async def read_workflows(
    repo: RepositoryClient, facts: DeployFacts, policy: EnvironmentConfig
) -> tuple[WorkflowFacts | None, WorkflowFacts | None]:
    """This function will read the workflow that does what is asked for, and the one that plans it, if another."""
    known = await list_workflows(repo)
    active = {one.path.rpartition("/")[2] for one in known if one.state == "active"}
    file, plan_file = files_of(facts.asked.task, policy)
    ref = ref_of(facts)
    return (
        await _read(repo, file, ref, active) if file else None,
        await _read(repo, plan_file, ref, active) if plan_file else None,
    )


def files_of(task: Task, policy: EnvironmentConfig) -> tuple[str, str]:
    """This function will name the workflow that does the task and the one that plans it; "" where there is none."""
    match task:
        case Task.ROLLBACK:
            return policy.rollback.workflow or policy.workflow, ""
        case Task.TEARDOWN:
            return policy.teardown.workflow if policy.teardown else "", ""
        case _:
            return policy.workflow, (policy.plan.workflow or "") if policy.plan else ""


def ref_of(facts: DeployFacts) -> str:
    """This function will say at which commit or branch the workflow's file is the one that runs."""
    at_head = facts.asked.task not in {Task.ROLLBACK, Task.TEARDOWN} and facts.runs_at_head
    return facts.pull.head_sha if at_head else facts.asked.default_branch


def workflow_files(environments: Mapping[str, EnvironmentConfig]) -> Collection[str]:
    """This function will name every workflow that deploys, plans, rolls back or takes down."""
    return {
        name for policy in environments.values() for task in Task for name in files_of(task, policy) if name
    }


async def _read(repo: RepositoryClient, file: str, ref: str, active: Collection[str]) -> WorkflowFacts:
    text = await get_file(repo, f".github/workflows/{file}", ref=ref)
    if text is None:
        return WorkflowFacts(file=file, is_active=file in active, problem=f"is not there at {ref[:40]}")
    found = await asyncio.to_thread(declared_inputs, text)  # a large file takes seconds
    if isinstance(found, Undispatchable):
        return WorkflowFacts(file=file, is_active=file in active, problem=found.why)
    return WorkflowFacts(file=file, is_active=file in active, inputs=found)
