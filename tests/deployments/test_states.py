"""The table of a deployment's legal moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.states import MOVES, diagram, is_over, may_move, state_of
from bot.github.models import Conclusion, DeploymentState
from tests.support.commands import workflow_run

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

OVER = {DeploymentState.SUCCESS, DeploymentState.FAILURE, DeploymentState.ERROR, DeploymentState.INACTIVE}


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(DeploymentState)


def test_no_state_moves_to_itself_or_back_to_the_beginning() -> None:
    assert not any(may_move(state, state) for state in DeploymentState)
    assert not any(may_move(state, DeploymentState.PENDING) for state in DeploymentState)


def test_what_is_over_is_only_ever_replaced() -> None:
    assert {state for state in DeploymentState if is_over(state)} == OVER
    assert all(MOVES[state] <= {DeploymentState.INACTIVE} for state in OVER)


def test_a_deployment_that_runs_does_not_go_back_into_the_queue() -> None:
    """A workflow run that was started again by hand in the middle changes nothing."""
    assert not may_move(DeploymentState.IN_PROGRESS, DeploymentState.QUEUED)


@pytest.mark.parametrize(
    ("status", "conclusion", "expected"),
    [
        ("queued", None, DeploymentState.QUEUED),
        ("waiting", None, DeploymentState.QUEUED),
        ("requested", None, DeploymentState.QUEUED),
        ("in_progress", None, DeploymentState.IN_PROGRESS),
        ("completed", Conclusion.SUCCESS, DeploymentState.SUCCESS),
        ("completed", Conclusion.FAILURE, DeploymentState.FAILURE),
        ("completed", Conclusion.TIMED_OUT, DeploymentState.FAILURE),
        ("completed", Conclusion.STARTUP_FAILURE, DeploymentState.FAILURE),
        ("completed", Conclusion.CANCELLED, DeploymentState.ERROR),
        ("completed", Conclusion.SKIPPED, DeploymentState.ERROR),
        ("completed", Conclusion.NEUTRAL, DeploymentState.ERROR),
        ("completed", None, DeploymentState.ERROR),
    ],
)
def test_the_state_follows_the_workflow_run(
    status: str, conclusion: Conclusion | None, expected: DeploymentState
) -> None:
    assert state_of(workflow_run(status=status, conclusion=conclusion)) is expected


def test_the_diagram_is_drawn_from_the_table(snapshot: SnapshotAssertion) -> None:
    assert diagram() == snapshot
