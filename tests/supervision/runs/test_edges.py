"""What happens around a run that hangs: it gets on, it vanishes, GitHub refuses, a story dies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Flow
from bot.localhub.faults import Fault
from bot.localhub.state import runs
from bot.supervision.runs.model import MEND, MendRun, RunState
from tests.support.hanging import ACT, SUGGEST, hanging

if TYPE_CHECKING:
    from pathlib import Path

    from bot.engine.model import Run

HOUR = timedelta(hours=1)
TICK = timedelta(minutes=15)
A_WHILE = timedelta(minutes=25)


async def test_a_run_that_gets_on_is_no_trouble_any_more(tmp_path: Path) -> None:
    """A run whose next step begins does not hang any more; hanging anew it is found anew."""
    async with hanging(tmp_path, SUGGEST) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        await here.look(HOUR)
        step = run.latest.jobs[0].steps[1]
        step.status, step.started_at = "in_progress", here.bot.clock()
        run.latest.jobs[0].steps[0].status = "completed"
        (row,) = await here.look()
        assert row.state is RunState.ENDED
        assert here.issues[0].state == "closed"
        (row,) = await here.look(HOUR)
        assert row.state is RunState.SUGGESTED
        assert [one.state for one in here.issues] == ["closed", "open"]


async def test_a_changed_configuration_is_decided_anew(tmp_path: Path) -> None:
    """A run that was only told of is mended once the configuration allows it."""
    async with hanging(tmp_path, SUGGEST) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        await here.look(HOUR)
        await here.configure(ACT)
        (row,) = await here.look(TICK)
        assert row.state is RunState.CANCELLING
        await here.sleep(A_WHILE)
        assert len(run.attempts) == 2


async def test_what_the_configuration_says_must_be_readable(tmp_path: Path) -> None:
    """Where it cannot be said what a run does, it is left alone."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        here.bot.hub.faults.add(Fault(kind="status", path="/deployments$", status=403))
        (row,) = await here.look(HOUR)
        assert row.state is RunState.LEFT
        here.bot.hub.faults.clear()
        await here.configure("supervision: [")
        (row,) = await here.look(TICK)
        assert row.state is RunState.LEFT
        assert run.latest.status == "in_progress"


async def test_a_run_that_is_gone_keeps_no_other_from_being_looked_at(tmp_path: Path) -> None:
    """A run that was deleted between two calls is passed over."""
    async with hanging(tmp_path) as here:
        await here.passed()
        gone, stays = here.work(here.begin("test", branch="main")), here.work(here.begin("test"))
        path = f"/actions/runs/{gone.id}/attempts/1/jobs$"
        here.bot.hub.faults.add(Fault(kind="status", path=path, status=404))
        (row,) = await here.look(HOUR)
        assert row.run_id == stays.id


@pytest.mark.parametrize(
    ("refused", "begun", "state"),
    [("/rerun-failed-jobs$", True, RunState.AGAIN), ("/rerun", False, RunState.DROPPED)],
)
async def test_github_may_refuse_to_begin_again(
    tmp_path: Path,
    refused: str,
    begun: bool,  # noqa: FBT001 - a table's column
    state: RunState,
) -> None:
    """Where it does not take the failed jobs alone, all are begun; where it takes neither, a person is told."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        here.bot.hub.faults.add(Fault(kind="status", method="POST", path=refused, status=403, message="No"))
        await here.look(HOUR)
        await here.sleep(A_WHILE)
        (row,) = await here.rows()
        assert (row.state, len(run.attempts) == 2) == (state, begun)
        await here.look(TICK)
        assert len(here.issues) == (0 if begun else 1)


@pytest.mark.parametrize(("first", "whole"), [("failure", True), ("success", False)])
async def test_what_was_cancelled_is_never_left_out(
    tmp_path: Path,
    first: str,
    whole: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Beside a job that failed all jobs are begun again; beside those that passed only what was cancelled."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("lint", "test"))
        runs.finish_job(here.bot.hub.store, run.latest.jobs[0], first)
        await here.look(HOUR)
        await here.sleep(A_WHILE)
        assert len(run.attempts) == 2
        assert here.bot.hub.gateway.calls["actions/re-run-workflow"] == whole
        assert run.latest.jobs[1].status == "queued"


@pytest.mark.parametrize("how", ["ended", "deleted", "forbidden"])
async def test_what_happens_between_the_look_and_the_deed_counts(tmp_path: Path, how: str) -> None:
    """A run that ended or is gone before it is cancelled is left; so is one that may not be cancelled any more."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        mender = here.bot.engine.flows.pop(MEND)
        here.bot.engine.flows[MEND] = Flow(name=MEND, request=MendRun, story=_nothing)
        await here.look(HOUR)
        here.bot.engine.flows[MEND] = mender
        if how == "ended":
            here.bot.finish(run, {})
        elif how == "deleted":
            del here.bot.repository.runs[run.id]
        else:
            await here.configure(SUGGEST)
        start = MendRun(repository=here.bot.ref, run_id=run.id, attempt=1).start()
        await here.bot.engine.submit([replace(start, run_id="again")])
        await here.bot.settle()
        await here.sleep(A_WHILE)
        assert (await here.rows())[0].state is RunState.ENDED
        assert here.bot.hub.gateway.calls["actions/cancel-workflow-run"] == 0


async def _nothing(_run: Run, _request: MendRun) -> None:
    """A story that does nothing, as if its process had died for good."""


async def test_a_story_that_died_leaves_no_run_behind(tmp_path: Path) -> None:
    """A run that was to be mended hours ago and still runs needs a person; once it ended it needs nobody."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        here.bot.engine.flows[MEND] = Flow(name=MEND, request=MendRun, story=_nothing)
        await here.look(HOUR)
        (row,) = await here.look(HOUR)
        assert row.state is RunState.CANCELLING
        (row,) = await here.look(2 * HOUR)
        assert row.state is RunState.IMMOVABLE
        here.bot.finish(run, {})
        (row,) = await here.look(TICK)
        assert row.state is RunState.ENDED
        assert [one.state for one in here.issues] == ["closed"]
