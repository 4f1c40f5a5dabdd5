"""Says how a deployment goes: the text of its receipt and of its GitHub deployment status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.model import Stage
from bot.markdown import code, details, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from bot.deployments.model import DeploymentRow, Rollout
    from bot.gates.model import Gate, PlanSummary
    from bot.github.run_models import Job, WorkflowRun

_MOST_JOBS = 10
_MOST_RESOURCES = 20
_ALL = 100
_DESCRIBED = {
    Stage.PLANNING: "The change is being planned",
    Stage.GATED: "It waits to be approved",
    Stage.APPLYING: "The workflow run is under way",
    Stage.VERIFYING: "Its health is watched",
    Stage.PROMOTING: "It waits for the next step",
    Stage.SUCCEEDED: "It is deployed",
    Stage.FAILED: "It failed",
    Stage.ERRORED: "It ended in error",
    Stage.REFUSED: "It was refused",
}


def render_turn(environment: str) -> str:
    """This function will say that the deployment waits for the environment to be free."""
    return f"Waiting for its turn in {code(environment)}; this comment is edited as it goes on."


def render_unread(problem: str) -> str:
    """This function will say that nothing is deployed because something could not be read."""
    return f"GitHub could not say whether this may be deployed ({escape(problem)}). Write the command again."


def render_cancelled(environment: str, by: str, why: str) -> str:
    """This function will say that a person has cancelled the deployment."""
    person = code(by) if by else "someone"
    reason = f": {escape(why)}" if why else ""
    return f"{person} cancelled this deployment to {code(environment)}{reason}."


def render_lost(environment: str) -> str:
    """This function will say that the environment is not the deployment's any more."""
    name = code(environment)
    return f"This deployment lost {name} to another one or to a person, and stopped. {code('/queue')} shows who has it."


def render_following(rollout: Rollout, workflow_run: WorkflowRun, doing: str = "") -> str:
    """This function will say what is being deployed and where to watch it."""
    state = "queued"
    if workflow_run.status == "in_progress":
        state = doing or "running"
    return f"Deploying {_commit(rollout)} to {code(rollout.environment)}: {_run(workflow_run)} is {state}."


def render_checked(rollout: Rollout) -> str:
    """This function will say that nothing stands against the deployment."""
    return f"Nothing stands against {_commit(rollout)} on {code(rollout.environment)}."


def render_created(rollout: Rollout) -> str:
    """This function will say that the environment is the deployment's."""
    return f"{_commit(rollout)} has {code(rollout.environment)} to itself."


def render_planning(rollout: Rollout, url: str) -> str:
    """This function will say that the change is being planned."""
    return f"Planning {_commit(rollout)} for {code(rollout.environment)}: {link('the workflow run', url)}."


def render_waiting(rollout: Rollout, gate: Gate) -> str:
    """This function will say that the deployment waits for people, and for whom."""
    parts = [f"{_commit(rollout)} waits to be approved for {code(rollout.environment)}.", gate.text]
    if gate.subject.plan is not None:
        parts.append(render_plan(gate.subject.plan))
    return "\n\n".join(part for part in parts if part)


def render_planned(rollout: Rollout, plan: PlanSummary) -> str:
    """This function will say what deploying would change, where only that was asked for."""
    text = f"This is what deploying {_commit(rollout)} to {code(rollout.environment)} would do; nothing was deployed."
    return f"{text}\n\n{render_plan(plan)}"


def render_plan(plan: PlanSummary) -> str:
    """This function will say in short what a plan would do."""
    cost = f", {escape(plan.monthly_cost)} a month" if plan.monthly_cost else ""
    counts = f"**{plan.adds}** to add, **{plan.changes}** to change, **{plan.destroys}** to destroy{cost}"
    text = f"{link('The plan', plan.run_url)} {code(plan.digest[:12])}: {counts}."
    if not plan.resources:
        return text
    lines = [f"- {each.action} {code(each.address)}" for each in plan.resources[:_MOST_RESOURCES]]
    more = len(plan.resources) - _MOST_RESOURCES
    listed = "\n".join((*lines, *([f"- and {more} more"] if more > 0 else [])))
    return f"{text}\n\n{details('What it changes', listed)}"


def render_going(rollout: Rollout, percent: int) -> str:
    """This function will say that it begins to reach the environment."""
    share = f"{percent} % of " if percent < _ALL else ""
    return f"{_commit(rollout)} goes to {share}{code(rollout.environment)}."


def render_promoting(rollout: Rollout, percent: int, *, is_manual: bool) -> str:
    """This function will say that a step of a canary is well, and what the next one waits for."""
    name = code(rollout.environment)
    waits = (
        f"write {code(f'/promote {rollout.environment}')} for the next step"
        if is_manual
        else "the next step follows"
    )
    return f"{_commit(rollout)} is well on {percent} % of {name}; {waits}."


def render_verifying(rollout: Rollout) -> str:
    """This function will say that the deployment's health is being watched."""
    return f"{_commit(rollout)} is on {code(rollout.environment)}; its health is watched."


def render_success(rollout: Rollout, workflow_run: WorkflowRun, took: timedelta, health: str = "") -> str:
    """This function will say that the commit is deployed."""
    text = (
        f"{_commit(rollout)} is deployed to {code(rollout.environment)}, "
        f"{_duration(took)} after it began: {_run(workflow_run)}."
    )
    return f"{text}\n\n{health}" if health else text


def render_unwell(rollout: Rollout, why: str) -> str:
    """This function will say that what was deployed is not healthy."""
    return f"{_commit(rollout)} went to {code(rollout.environment)} and is not well: {why}"


def render_policy_changed(rollout: Rollout) -> str:
    """This function will say that the configuration is another one than what was planned and approved under it."""
    name = code(rollout.environment)
    return (
        f"The configuration of {name} on the default branch changed while {_commit(rollout)} waited, so nobody "
        "approved what would happen now. Nothing was deployed; write the command again."
    )


def render_unapproved(rollout: Rollout) -> str:
    """This function will say that a job went past the protection rule without the bot's word."""
    return (
        f"A job that changes {code(rollout.environment)} began although {_commit(rollout)} was not approved for it: "
        "someone let it past the environment's protection rules. It was asked to stop; look at what it has done."
    )


def render_with_page(text: str, page: str) -> str:
    """This function will add the address of the deployment's page, where there is one."""
    return f"{text}\n\n{link('Timeline, facts and decision', page)}" if page else text


def render_broken(kind: str) -> str:
    """This function will say that the bot itself failed."""
    return (
        f"Pilothouse failed in the middle of this ({code(kind)}); whoever runs it finds the cause in its log. "
        f"What was begun may still be running: {code('/status')} shows how things stand."
    )


def render_failure(rollout: Rollout, workflow_run: WorkflowRun, failed_jobs: Sequence[Job]) -> str:
    """This function will say that the workflow run did not succeed, and which jobs failed."""
    text = f"{_commit(rollout)} is not deployed to {code(rollout.environment)}: "
    return text + render_red(workflow_run, failed_jobs)


def render_red(workflow_run: WorkflowRun, failed_jobs: Sequence[Job]) -> str:
    """This function will say how the workflow run ended, and which jobs failed."""
    text = f"{_run(workflow_run)} ended {code(workflow_run.conclusion or 'without a conclusion')}."
    lines = [
        f"- {link(escape(job.name), job.html_url)}: {job.conclusion}" for job in failed_jobs[:_MOST_JOBS]
    ]
    if len(failed_jobs) > _MOST_JOBS:
        lines.append(f"- and {len(failed_jobs) - _MOST_JOBS} more")
    return "\n".join((text, "", *lines)) if lines else text


def render_expired(rollout: Rollout, run_url: str) -> str:
    """This function will say that the workflow run took too long."""
    return (
        f"{link('The workflow run', run_url)} did not end within {_duration(rollout.limit)}, the time limit of "
        f"{code(rollout.environment)}; it was asked to stop. Whether {_commit(rollout)} is deployed is not known."
    )


def describe_status(row: DeploymentRow) -> str:
    """This function will describe a deployment's state in GitHub's list of its statuses; plain text."""
    share = f" on {row.percent} %" if 0 < row.percent < _ALL else ""
    reason = f" ({row.reason})" if row.reason and row.stage is not Stage.SUCCEEDED else ""
    return f"{_DESCRIBED.get(row.stage, f'It is {row.stage}')}{share}{reason}."


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
