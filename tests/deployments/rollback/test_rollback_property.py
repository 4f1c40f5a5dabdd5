"""However deployments and rollbacks follow one another, going back leads back, and comes to an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.deployments.model import DeploymentRow, Stage, Task
from bot.deployments.rollback.rules import known_good
from bot.github.models import DeploymentState, Sha

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
ROW = DeploymentRow(
    repository_id=22,
    deployment_id=0,
    number=5,
    environment="production",
    sha=Sha("0" * 40),
    workflow_run_id=1,
    run_id="deploy-22-1-0",
    state=DeploymentState.SUCCESS,
    updated_at=AT,
    stage=Stage.SUCCEEDED,
    is_good=True,
)
# What is done next: a commit is deployed or the last good one put back, and that holds or does not.
ACTS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", "back"]), st.booleans()), max_size=30)


def after(rows: tuple[DeploymentRow, ...], act: str, *, holds: bool) -> tuple[DeploymentRow, ...]:
    """The deployments, newest first, after one more; nothing happens where there is nothing to go back to."""
    new = replace(ROW, deployment_id=len(rows) + 1, sha=Sha(act * 40))
    if act == "back":
        good = known_good(rows)
        if not good:
            return rows
        new = replace(new, sha=good[0].sha, task=Task.ROLLBACK)
    stage = Stage.SUCCEEDED if holds else Stage.FAILED
    return (replace(new, stage=stage, is_good=holds), *rows)


def history(acts: list[tuple[str, bool]]) -> tuple[DeploymentRow, ...]:
    rows: tuple[DeploymentRow, ...] = ()
    for act, holds in acts:
        rows = after(rows, act, holds=holds)
    return rows


@given(acts=ACTS)
def test_it_leads_to_what_was_good_and_is_not_there(acts: list[tuple[str, bool]]) -> None:
    rows = history(acts)
    for row in known_good(rows):
        assert row.is_good
        assert row in rows[1:]
        assert not (rows[0].is_good and row.sha == rows[0].sha)


@given(acts=ACTS)
def test_going_back_again_and_again_comes_to_an_end(acts: list[tuple[str, bool]]) -> None:
    """A person who goes back step by step does not swing between two deployments."""
    rows = history(acts)
    steps = len(rows)
    while known_good(rows):
        rows, steps = after(rows, "back", holds=True), steps - 1
        assert steps >= 0


@given(acts=ACTS, commit=st.sampled_from("abcd"))
def test_what_an_unhealthy_deployment_replaced_is_put_back_first(
    acts: list[tuple[str, bool]], commit: str
) -> None:
    """Whatever happened before: where something good is there, a bad deployment goes back to exactly that."""
    rows = history(acts)
    if not rows or not rows[0].is_good:
        return
    good = known_good(after(rows, commit, holds=False))
    assert good
    assert good[0].sha == rows[0].sha
