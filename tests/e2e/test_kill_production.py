"""Production with real processes that are killed at every stage: each thing is done once, and always answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.chapters.production import GATE
from bot.localhub.pages.timeline import newest_checks
from bot.localhub.scenarios.harbour import POLICY
from bot.localhub.state import checks, git
from tests.support.hub import wall_clock
from tests.support.killable import PATIENCE, Killable, killable
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Pull

pytestmark = [pytest.mark.timeout(420), pytest.mark.no_cover]

BAKE = timedelta(seconds=1)


def _bake_shortly(stage: Killable) -> None:
    """Let the default branch ask for little patience."""
    tip = stage.hub.store.commits[stage.repository.branches["main"]]
    files = {POLICY: tip.files[POLICY].replace(b"bake: 10s", b"bake: 1s")}
    admin = stage.harbour.admin
    git.push(stage.hub.store, stage.repository, "main", files=files, message="Hurry", author=admin)


def _presses_approve(stage: Killable, pull: Pull, login: str) -> None:
    """Press the button of the gate as someone."""
    check = next(one for one in newest_checks(stage.repository, pull.head_sha) if one.name == GATE)
    chosen = next(one["identifier"] for one in check.actions if one["label"] == "Approve")
    user = stage.hub.store.user(login)
    checks.request_action(stage.hub.store, stage.repository, check, identifier=chosen, user=user)


def _waits(stage: Killable, pull: Pull) -> Callable[[], bool]:
    """Whether the gate's buttons are shown."""
    return lambda: any(
        one.name == GATE and one.conclusion == "action_required" and bool(one.actions)
        for one in newest_checks(stage.repository, pull.head_sha)
    )


def _dispatched(stage: Killable, environment: str, pull: Pull) -> list[WorkflowRun]:
    """The workflow runs that were dispatched for a commit to an environment."""
    return [
        run
        for run in stage.repository.runs.values()
        if run.inputs.get("environment") == environment and run.inputs.get("sha") == pull.head_sha
    ]


def _is_at(stage: Killable, pull: Pull, job: str) -> Callable[[], bool]:
    """Whether a job of the newest rollout of a commit to production runs, or has run."""

    def holds() -> bool:
        runs = _dispatched(stage, "production", pull)
        jobs = runs[-1].latest.jobs if runs else []
        return any(one.name == job and one.started_at is not None for one in jobs)

    return holds


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Killable]:
    """The demo's repository with a bot that can be killed."""
    async with killable(tmp_path, _bake_shortly) as made:
        yield made


async def _stands_in_staging(stage: Killable, pull: Pull) -> None:
    asked = stage.says(pull, "/deploy staging")
    await until(stage.reached(asked, "**succeeded**"), within=PATIENCE)
    done = wall_clock()
    await until(lambda: wall_clock() > done + 2 * BAKE, within=10)


async def test_each_stage_survives_a_kill_and_nothing_is_done_twice(stage: Killable) -> None:
    """A kill in each stage: planning, gated, approved meanwhile, applying, verifying, unhealthy, rolling back."""
    harbour, services = stage.harbour, stage.player.services
    await _stands_in_staging(stage, harbour.green)
    first = stage.says(harbour.green, "/deploy production")
    await stage.struck(_is_at(stage, harbour.green, "terraform-plan"))
    await stage.struck(_waits(stage, harbour.green))
    await stage.killed()
    _presses_approve(stage, harbour.green, "wren")  # nobody listens; at start-up the bot asks for what failed
    await stage.hub.settle()
    await stage.bot.start(seconds=60)
    await stage.struck(_is_at(stage, harbour.green, "terraform-apply"))
    await stage.struck(lambda: services.running("production") == harbour.green.head_sha)
    await until(stage.reached(first, "**succeeded**"), within=PATIENCE)

    await _stands_in_staging(stage, harbour.berthless)
    second = stage.says(harbour.berthless, "/deploy production")
    await until(_waits(stage, harbour.berthless), within=PATIENCE)
    _presses_approve(stage, harbour.berthless, "amara")
    await stage.struck(lambda: services.running("production") == harbour.berthless.head_sha)
    await stage.struck(lambda: len(_dispatched(stage, "production", harbour.green)) > 1)
    await until(stage.reached(second, "rolled_back"), within=PATIENCE)

    assert services.running("production") == harbour.green.head_sha
    assert [len(stage.receipts(one)) for one in (first, second)] == [1, 1]
    tasks = [run.inputs["task"] for run in _dispatched(stage, "production", harbour.green)]
    assert tasks == ["deploy", "rollback"]
    assert len(_dispatched(stage, "production", harbour.berthless)) == 1
    frozen = [one for one in stage.repository.issues.values() if "production is frozen" in one.title]
    assert len(frozen) == 1
    own = [one for one in stage.repository.deployments.values() if one.app is stage.hub.app]
    ended = [(one.environment, one.task, one.statuses[-1].state) for one in own]
    assert ended.count(("production", "deploy", "failure")) == 1
    assert len(own) == 5
