"""Says how a deployment goes: the text of its receipt and of its GitHub deployment status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from bot.deployments.model import Rollout
    from bot.github.run_models import Job, WorkflowRun

_MOST_JOBS = 10


def render_turn(environment: str) -> str:
    """This function will say that the deployment waits for the environment to be free."""
    return f"Waiting for its turn in {code(environment)}; this comment is edited as it goes on."


def render_following(rollout: Rollout, workflow_run: WorkflowRun) -> str:
    """This function will say what is being deployed and where to watch it."""
    state = "running" if workflow_run.status == "in_progress" else "queued"
    return f"Deploying {_commit(rollout)} to {code(rollout.environment)}: {_run(workflow_run)} is {state}."


def render_success(rollout: Rollout, workflow_run: WorkflowRun, took: timedelta) -> str:
    """This function will say that the commit is deployed."""
    return (
        f"{_commit(rollout)} is deployed to {code(rollout.environment)}, "
        f"{_duration(took)} after it began: {_run(workflow_run)}."
    )


def render_failure(rollout: Rollout, workflow_run: WorkflowRun, failed_jobs: Sequence[Job]) -> str:
    """This function will say that the workflow run did not succeed, and which jobs failed."""
    ended = workflow_run.conclusion or "without a conclusion"
    lines = [
        (
            f"{_commit(rollout)} is not deployed to {code(rollout.environment)}: "
            f"{_run(workflow_run)} ended {code(ended)}."
        )
    ]
    lines += [
        f"- {link(escape(job.name), job.html_url)}: {job.conclusion}" for job in failed_jobs[:_MOST_JOBS]
    ]
    if len(failed_jobs) > _MOST_JOBS:
        lines.append(f"- and {len(failed_jobs) - _MOST_JOBS} more")
    return "\n".join((lines[0], "", *lines[1:])) if len(lines) > 1 else lines[0]


def render_expired(rollout: Rollout, run_url: str) -> str:
    """This function will say that the workflow run took too long."""
    return (
        f"{link('The workflow run', run_url)} did not end within {_duration(rollout.limit)}, the time limit of "
        f"{code(rollout.environment)}; it was asked to stop. Whether {_commit(rollout)} is deployed is not known."
    )


def describe(rollout: Rollout, author: str) -> str:
    """This function will describe the deployment in GitHub's list of deployments; plain text."""
    return f"{rollout.sha[:7]} to {rollout.environment} for {author}"


def _commit(rollout: Rollout) -> str:
    return link(code(rollout.sha[:7]), f"{rollout.web_url}/commit/{rollout.sha}")


def _run(workflow_run: WorkflowRun) -> str:
    return link("the workflow run", workflow_run.html_url)


def _duration(duration: timedelta) -> str:
    minutes, seconds = divmod(max(0, round(duration.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{seconds} s"] * bool(seconds)
    )
    return " ".join(parts) or "0 s"
