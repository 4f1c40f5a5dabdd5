"""The stages of a deployment, as one table of the moves that are legal; the diagram is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.deployments.model import Stage
from bot.github.models import Conclusion, DeploymentState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.config.policy import StageJobs
    from bot.github.run_models import Job, WorkflowRun

_S = Stage

MOVES: Mapping[Stage, frozenset[Stage]] = {
    _S.CHECKING: frozenset({_S.QUEUED, _S.CREATED, _S.PLANNING, _S.REFUSED, _S.ERRORED}),
    _S.QUEUED: frozenset({_S.CREATED, _S.PLANNING, _S.REFUSED, _S.ERRORED}),
    _S.CREATED: frozenset({_S.PLANNING, _S.GATED, _S.APPLYING, _S.REFUSED, _S.FAILED, _S.ERRORED}),
    # a plan that was all that was asked for succeeds without being applied
    _S.PLANNING: frozenset({_S.GATED, _S.APPLYING, _S.SUCCEEDED, _S.REFUSED, _S.FAILED, _S.ERRORED}),
    # the plan is made anew while people still look at the old one
    _S.GATED: frozenset({_S.PLANNING, _S.APPLYING, _S.REFUSED, _S.FAILED, _S.ERRORED}),
    _S.APPLYING: frozenset(
        {_S.VERIFYING, _S.PROMOTING, _S.SUCCEEDED, _S.REFUSED, _S.FAILED, _S.ERRORED}
    ),  # refused: the branch had moved, and what was dispatched was stopped
    _S.VERIFYING: frozenset({_S.APPLYING, _S.PROMOTING, _S.SUCCEEDED, _S.FAILED, _S.ERRORED}),
    _S.PROMOTING: frozenset({_S.APPLYING, _S.FAILED, _S.ERRORED}),
    _S.SUCCEEDED: frozenset(),
    _S.FAILED: frozenset(),
    _S.ERRORED: frozenset(),
    _S.REFUSED: frozenset(),
}

# What GitHub shows meanwhile; a deployment without a status is pending.
# https://docs.github.com/en/rest/deployments/statuses
SHOWN: Mapping[Stage, DeploymentState] = {
    _S.CHECKING: DeploymentState.PENDING,
    _S.QUEUED: DeploymentState.PENDING,
    _S.CREATED: DeploymentState.PENDING,
    _S.PLANNING: DeploymentState.PENDING,
    _S.GATED: DeploymentState.PENDING,
    _S.APPLYING: DeploymentState.IN_PROGRESS,
    _S.VERIFYING: DeploymentState.IN_PROGRESS,
    _S.PROMOTING: DeploymentState.IN_PROGRESS,
    _S.SUCCEEDED: DeploymentState.SUCCESS,
    _S.FAILED: DeploymentState.FAILURE,
    _S.ERRORED: DeploymentState.ERROR,
    _S.REFUSED: DeploymentState.ERROR,
}
_RISING = (DeploymentState.PENDING, DeploymentState.QUEUED, DeploymentState.IN_PROGRESS)


def may_move(stage: Stage, to: Stage) -> bool:
    """This function will say whether a deployment may go from the one stage to the other."""
    return to in MOVES[stage]


def is_over(stage: Stage) -> bool:
    """This function will say whether nothing more can happen to a deployment at this stage."""
    return not MOVES[stage]


def may_show(state: DeploymentState | None, to: DeploymentState) -> bool:
    """This function will say whether GitHub may be told of the state: never one from before, nor one after the end."""
    if state is None:
        return True
    if state not in _RISING:
        return False
    return to not in _RISING or _RISING.index(to) > _RISING.index(state)


def shown_as(stage: Stage, workflow_run: WorkflowRun | None = None) -> DeploymentState:
    """This function will say what GitHub shows of a deployment at this stage, while its workflow run stands so."""
    if stage is Stage.APPLYING and (workflow_run is None or not has_started(workflow_run)):
        return DeploymentState.QUEUED
    return SHOWN[stage]


def has_started(workflow_run: WorkflowRun) -> bool:
    """This function will say whether any job of the workflow run has begun."""
    return workflow_run.is_completed or workflow_run.status in {"in_progress", "waiting"}


def end_of(workflow_run: WorkflowRun) -> Stage:
    """This function will say what the end of its workflow run makes of a deployment.

    Only success is success: a run that was skipped, cancelled or neutral has deployed nothing we know of.
    """
    if workflow_run.conclusion is Conclusion.SUCCESS:
        return Stage.SUCCEEDED
    return Stage.FAILED if workflow_run.conclusion and workflow_run.conclusion.is_red else Stage.ERRORED


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The jobs of a workflow run that are one stage of the deployment, taken together: a matrix has several."""

    jobs: tuple[Job, ...]

    @property
    def has_begun(self) -> bool:
        """Whether one of them runs or has run; one that waits for its environment does not."""
        return any(
            job.status == "in_progress"
            or (job.status == "completed" and job.conclusion is not Conclusion.SKIPPED)
            for job in self.jobs
        )

    @property
    def has_succeeded(self) -> bool:
        """Whether there are any, and every one ended well."""
        return bool(self.jobs) and all(job.conclusion is Conclusion.SUCCESS for job in self.jobs)


def part_of(jobs: Sequence[Job], name: str) -> Part:
    """This function will find the jobs of this name, in a matrix or a called workflow too."""
    wanted = name.casefold()
    return Part(jobs=tuple(job for job in jobs if _is_named(job.name.casefold(), wanted)))


def _is_named(name: str, wanted: str) -> bool:
    """GitHub writes `name (value, value)` for a matrix, and `calling job / called job` for a called workflow."""
    parts = name.split(" / ")
    return any(part == wanted or part.startswith(f"{wanted} (") for part in parts)


def has_reached(jobs: Sequence[Job], names: StageJobs) -> bool:
    """This function will say whether a job that changes the environment, or comes after one, has begun."""
    return any(part_of(jobs, name).has_begun for name in (names.apply, names.push, names.verify))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the jobs of a workflow run have brought a deployment."""

    stage: Stage
    text: str  # what is being done, to put into a sentence


def progress_of(jobs: Sequence[Job], names: StageJobs) -> Progress | None:
    """This function will say which stage the furthest job that has begun belongs to, or None where none has."""
    for name, stage, text in (
        (names.verify, Stage.VERIFYING, "verifying"),
        (names.push, Stage.APPLYING, "pushing the artifacts"),
        (names.apply, Stage.APPLYING, "applying"),
        (names.plan, Stage.PLANNING, "planning"),
    ):
        if part_of(jobs, name).has_begun:
            return Progress(stage=stage, text=text)
    return None


def diagram() -> str:
    """This function will draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> checking"]
    for stage, targets in MOVES.items():
        lines += [f"    {stage} --> {target}" for target in Stage if target in targets]
    lines += [f"    {stage} --> [*]" for stage, targets in MOVES.items() if not targets]
    return "\n".join(lines) + "\n"
