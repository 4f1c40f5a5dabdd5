"""What people read when an environment goes back, or could not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.deployments.model import DeploymentRow, Stage
from bot.deployments.rollback.render import (
    Frozen,
    freeze_marker,
    freeze_reason,
    freeze_title,
    render_by_hand,
    render_frozen,
    render_going_back,
    render_never_deployed,
    render_no_rollback,
    render_none_good,
    render_rolled_back,
    render_stuck,
    render_unknown,
)
from bot.github.models import Actor, DeploymentState
from bot.markdown import code
from tests.support.commands import HEAD, OTHER, WEB

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
ROW = DeploymentRow(
    repository_id=22,
    deployment_id=4711,
    number=5,
    environment="production",
    sha=HEAD,
    workflow_run_id=41,
    run_id="deploy-22-123-0",
    state=DeploymentState.SUCCESS,
    updated_at=AT,
    stage=Stage.SUCCEEDED,
    author=Actor(id=7, login="ada"),
)
FROZEN = Frozen(
    environment="production",
    number=5,
    deployment_id=4712,
    sha=OTHER,
    login="ada",
    why="It is not healthy.",
    outcome="It is deployed again.",
    is_back=True,
    web_url=WEB,
)
STUCK = replace(FROZEN, is_back=False, outcome="The workflow run ended `failure`.")


def test_where_it_goes(snapshot: SnapshotAssertion) -> None:
    made = replace(ROW, created_at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC))
    assert [render_going_back(row) for row in (ROW, made)] == snapshot


def test_what_could_be_named(snapshot: SnapshotAssertion) -> None:
    nobody = replace(ROW, deployment_id=4710, author=None)
    many = [replace(ROW, deployment_id=number) for number in range(7)]
    said = [render_none_good("production", rows) for rows in ([], [ROW, nobody], many)]
    said += [
        render_unknown("production", "99", found, [ROW]) for found in (None, replace(ROW, stage=Stage.FAILED))
    ]
    said += [render_never_deployed("prod", others) for others in ((), ("production", "staging"))]
    assert said == snapshot


def test_how_it_ended(snapshot: SnapshotAssertion) -> None:
    said = [
        render_rolled_back(FROZEN, ROW, f"{WEB}/issues/6"),
        render_rolled_back(STUCK, ROW, ""),
        render_by_hand("production"),
        render_no_rollback("production", "No earlier deployment is known."),
        render_stuck("GitHub <is> down @octo/all"),
    ]
    assert said == snapshot


def test_the_issue(snapshot: SnapshotAssertion) -> None:
    said = [
        (freeze_title(frozen), render_frozen(frozen), freeze_reason(frozen)) for frozen in (FROZEN, STUCK)
    ]
    assert said == snapshot


def test_the_issue_is_found_again_however_the_environment_is_written() -> None:
    assert freeze_marker("Production", 1) == freeze_marker("production", 1)
    assert freeze_marker("production", 1) != freeze_marker("production", 2)
    assert render_frozen(FROZEN).startswith(freeze_marker("production", 4712))


def test_hostile_names_render_as_text() -> None:
    hostile = "prod`@octo/all` <img>"
    said = render_frozen(replace(FROZEN, environment=hostile, login="@octo/all"))
    commands = (f"/unlock {hostile} --force REASON", f"/rollback {hostile}", hostile)
    for command in commands:
        assert code(command) in said
        said = said.replace(code(command), "")
    assert "<img>" not in said
