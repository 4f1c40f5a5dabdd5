"""A run that hangs is ended and begun again once, whatever dies, is lost, or is done by people meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import runs
from bot.supervision.runs.model import RunState
from tests.support.hanging import SUGGEST, hanging

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from tests.support.hanging import Hanging

HOUR = timedelta(hours=1)
A_WHILE = timedelta(minutes=25)


async def hung(here: Hanging) -> WorkflowRun:
    """This function will let a run hang for an hour, and have it found."""
    await here.passed()
    run = here.work(here.begin("test"))
    await here.look(HOUR)
    return run


async def state(here: Hanging) -> RunState:
    """This function will say how the newest row stands."""
    return (await here.rows())[0].state


@pytest.mark.parametrize("step", ["hung runs", "cancel", "look 1 cancelled", "again", "conclude"])
async def test_a_crash_at_any_step_begins_again_once(tmp_path: Path, step: str) -> None:
    """A process that dies after any step leaves a run that was cancelled once and begun again once."""
    async with hanging(tmp_path) as here:
        here.bot.engine.crash_in(step)
        run = await hung(here)
        await here.sleep(A_WHILE)
        await here.bot.settle()
        assert here.bot.engine.crashes_due == ()
        assert [attempt.conclusion for attempt in run.attempts] == ["cancelled", None]
        assert await state(here) is RunState.AGAIN


async def test_answers_that_are_lost_begin_again_once(tmp_path: Path) -> None:
    """An answer to the re-run that is lost is looked for before it is asked again."""
    async with hanging(tmp_path) as here:
        for path in ("/cancel$", "/rerun"):
            here.bot.hub.faults.add(Fault(kind="drop", method="POST", path=path, after=True, count=1))
        run = await hung(here)
        await here.sleep(A_WHILE)
        assert [attempt.conclusion for attempt in run.attempts] == ["cancelled", None]


async def test_what_does_not_heed_is_ended_by_force(tmp_path: Path) -> None:
    """A run that is still at work ten minutes after it was cancelled is ended by force, then begun again."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        run.heeds = "force"
        await here.look(HOUR)
        await here.sleep(timedelta(minutes=9))
        assert here.bot.hub.gateway.calls["actions/force-cancel-workflow-run"] == 0
        await here.sleep(A_WHILE)
        assert here.bot.hub.gateway.calls["actions/force-cancel-workflow-run"] == 1
        assert len(run.attempts) == 2
        assert await state(here) is RunState.AGAIN


async def test_what_github_does_not_end_is_told(tmp_path: Path) -> None:
    """A run that GitHub ends in no way needs its support: https://github.com/orgs/community/discussions/212958."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        run.heeds = "nothing"
        await here.look(HOUR)
        await here.sleep(A_WHILE)
        assert await state(here) is RunState.IMMOVABLE
        await here.look(A_WHILE)
        (issue,) = here.issues
        assert issue.body is not None
        assert "Failed to cancel workflow run" in issue.body
        assert "GitHub's support" in issue.body
        here.bot.finish(run, {})
        await here.look(A_WHILE)
        assert await state(here) is RunState.ENDED
        assert issue.state == "closed"


async def test_what_people_do_meanwhile_is_respected(tmp_path: Path) -> None:
    """A run that a person began again while it was being cancelled is left to that person."""
    async with hanging(tmp_path) as here:
        run = await hung(here)
        runs.rerun(here.bot.hub.store, run, actor=here.bot.ada, again=lambda _: True)
        await here.sleep(A_WHILE)
        assert len(run.attempts) == 2
        assert await state(here) is RunState.ENDED


async def test_the_configuration_may_change_its_mind(tmp_path: Path) -> None:
    """A run is not begun again once the configuration does not allow it any more."""
    async with hanging(tmp_path) as here:
        run = await hung(here)
        await here.configure(SUGGEST)
        await here.sleep(A_WHILE)
        assert len(run.attempts) == 1
        assert await state(here) is RunState.DROPPED


async def test_an_old_commit_is_not_built_again(tmp_path: Path) -> None:
    """A run whose branch has a newer run is only cancelled."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        here.bot.push()
        here.begin("test")
        await here.look(timedelta(minutes=31))
        await here.sleep(A_WHILE)
        assert len(run.attempts) == 1
        row = (await here.rows())[-1]
        assert row.state is RunState.CANCELLED
        assert "A newer run builds the same branch." in row.text


async def test_a_deployment_is_never_cancelled(tmp_path: Path) -> None:
    """A run whose job has an environment is left alone, whatever its workflow is called, and a person is told."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.begin()
        runs.start_job(here.bot.hub.store, runs.add_job(here.bot.hub.store, run, "go", environment="prod"))
        await here.look(HOUR)
        assert run.latest.status == "in_progress"
        assert await state(here) is RunState.LEFT
        (issue,) = here.issues
        assert issue.body is not None
        assert "it deploys to an environment" in issue.body


async def test_the_limit_of_a_day_holds(tmp_path: Path) -> None:
    """Of runs that hang together as many are mended as the day's limit leaves; the rest is left to a person."""
    config = "supervision: {runs: {conduct: act, a_day: 2}, alive: {issue: false}}\n"
    async with hanging(tmp_path, config) as here:
        await here.passed()
        begun = [here.work(here.begin("test", event="workflow_dispatch")) for _ in range(4)]
        await here.look(HOUR)
        await here.sleep(A_WHILE)
        assert [len(run.attempts) for run in begun] == [2, 2, 1, 1]
        assert [run.latest.status for run in begun] == ["queued", "queued", "in_progress", "in_progress"]
        assert [row.state for row in await here.rows()] == [RunState.LEFT] * 2 + [RunState.AGAIN] * 2


async def test_a_github_that_is_away_stops_nothing(tmp_path: Path) -> None:
    """Where GitHub does not answer, nothing is concluded; the next look finds what hangs."""
    async with hanging(tmp_path) as here:
        await here.passed()
        here.work(here.begin("test"))
        here.bot.hub.faults.add(Fault(kind="status", path="/actions/runs$", status=403))
        assert await here.look(HOUR) == []
        here.bot.hub.faults.clear()
        assert len(await here.look(A_WHILE)) == 1
