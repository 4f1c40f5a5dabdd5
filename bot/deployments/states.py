"""The states of a deployment, as one table of the moves that are legal; the diagram is drawn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.models import Conclusion, DeploymentState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.github.run_models import WorkflowRun

_S = DeploymentState

# A deployment without a status is pending. https://docs.github.com/en/rest/deployments/statuses
MOVES: Mapping[DeploymentState, frozenset[DeploymentState]] = {
    _S.PENDING: frozenset({_S.QUEUED, _S.IN_PROGRESS, _S.SUCCESS, _S.FAILURE, _S.ERROR, _S.INACTIVE}),
    _S.QUEUED: frozenset({_S.IN_PROGRESS, _S.SUCCESS, _S.FAILURE, _S.ERROR, _S.INACTIVE}),
    _S.IN_PROGRESS: frozenset({_S.SUCCESS, _S.FAILURE, _S.ERROR, _S.INACTIVE}),
    _S.SUCCESS: frozenset({_S.INACTIVE}),
    _S.FAILURE: frozenset({_S.INACTIVE}),
    _S.ERROR: frozenset({_S.INACTIVE}),
    _S.INACTIVE: frozenset(),
}


def may_move(state: DeploymentState, to: DeploymentState) -> bool:
    """This function will say whether a deployment may go from the one state to the other."""
    return to in MOVES[state]


def is_over(state: DeploymentState) -> bool:
    """This function will say whether nothing more can happen to a deployment but being replaced."""
    return MOVES[state] <= {_S.INACTIVE}


def state_of(workflow_run: WorkflowRun) -> DeploymentState:
    """This function will say which state a deployment is in while its workflow run stands as it does.

    Only success is success: a run that was skipped, cancelled or neutral has deployed nothing we know of.
    """
    if not workflow_run.is_completed:
        return _S.IN_PROGRESS if workflow_run.status == "in_progress" else _S.QUEUED
    if workflow_run.conclusion is Conclusion.SUCCESS:
        return _S.SUCCESS
    return _S.FAILURE if workflow_run.conclusion and workflow_run.conclusion.is_red else _S.ERROR


def diagram() -> str:
    """This function will draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> pending"]
    for state, targets in MOVES.items():
        lines += [f"    {state} --> {target}" for target in _S if target in targets]
    lines += [f"    {state} --> [*]" for state, targets in MOVES.items() if not targets]
    return "\n".join(lines) + "\n"
