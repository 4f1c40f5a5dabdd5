"""The pages show what runs in each environment, and let a rollout that waits be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.scenarios.plans import PRODUCTION_PATH
from bot.localhub.state import protection, runs
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.support.pages import Visitor


async def test_what_runs_is_shown_with_its_health(ada: Visitor) -> None:
    head = ada.hub.store.commits[ada.harbour.berthless.head_sha]
    ada.player.services.deploy("staging", head)
    ada.player.services.deploy("production", head)

    shown = (await ada.get(f"{ada.repository}/deployments")).text

    assert f"200 ready, 2 berths, {head.sha}" in shown
    assert "503 no berths configured" in shown
    assert "nothing</span>" in shown


async def test_a_rollout_that_waits_is_cancelled_once(ada: Visitor) -> None:
    new = runs.NewRun(
        head_sha=ada.harbour.green.head_sha,
        head_branch=ada.harbour.green.head_ref,
        actor=ada.harbour.writer,
        event="workflow_dispatch",
        inputs={"environment": "production"},
    )
    store, repository = ada.hub.store, ada.harbour.repository
    run = runs.dispatch(store, repository, runs.workflow_of(store, repository, PRODUCTION_PATH), new)
    await until(lambda: bool(protection.waiting(run)), within=10)
    here = f"{ada.repository}/actions/runs/{run.id}"
    assert "Cancel run" in (await ada.get(here)).text

    await ada.act_as("rao")
    assert (await ada.post(f"{here}/cancel", {})).status == 403
    await ada.act_as("wren")
    assert (await ada.post(f"{here}/cancel", {})).status == 303
    assert (await ada.post(f"{here}/cancel", {})).status == 409
    assert run.latest.conclusion == "cancelled"
    assert "Cancel run" not in (await ada.get(here)).text
