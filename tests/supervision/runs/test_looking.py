"""Workflow runs that hang are found, cancelled and begun again; those that do not are left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.supervision.runs.model import RunKind, RunState
from tests.support.hanging import ACT, SUGGEST, hanging

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=20)
A_WHILE = timedelta(minutes=25)


@pytest.mark.parametrize("repeat", [False, True])
async def test_a_run_that_hangs_is_cancelled_and_begun_again(tmp_path: Path, *, repeat: bool) -> None:
    """A run that takes far longer than usual is cancelled and begun again, once."""
    async with hanging(tmp_path, repeat_every_step=repeat) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        (row,) = await here.look(HOUR)
        assert (row.state, row.kind) == (RunState.CANCELLING, RunKind.RUNNING)
        await here.sleep(A_WHILE)
        (row,) = await here.rows()
        assert row.state is RunState.AGAIN
        assert "runs for 1 h" in row.text
        assert row.text.endswith("It was cancelled and begun again.")
        assert [attempt.conclusion for attempt in run.attempts] == ["cancelled", None]
        assert here.issues == []
        assert await here.decided() == 1


async def test_a_run_that_is_not_late_is_left_alone(tmp_path: Path) -> None:
    """A run within what is usual is neither stored nor asked about."""
    async with hanging(tmp_path) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        await here.bot.settle()
        calls = dict(here.bot.hub.gateway.calls)
        assert await here.look(SOON) == []
        asked = here.bot.hub.gateway.calls["actions/list-jobs-for-workflow-run-attempt"]
        assert asked == calls["actions/list-jobs-for-workflow-run-attempt"]
        assert run.latest.status == "in_progress"


async def test_what_is_usual_must_be_known(tmp_path: Path) -> None:
    """A workflow that hardly ever passed has no usual time, so its runs never count as hung."""
    async with hanging(tmp_path) as here:
        await here.passed(times=2)
        here.work(here.begin("test"))
        assert await here.look(5 * HOUR) == []


async def test_a_run_without_a_runner_is_begun_again_once(tmp_path: Path) -> None:
    """A job that waits for a runner too long gets another chance; the second time it is left waiting and told."""
    async with hanging(tmp_path) as here:
        run = here.begin("test")
        assert await here.look(HOUR) == []
        (row,) = await here.look(HOUR)
        assert row.kind is RunKind.QUEUED
        await here.sleep(A_WHILE)
        assert len(run.attempts) == 2
        again, first = await here.look(2 * HOUR)
        assert (first.state, again.state) == (RunState.AGAIN, RunState.LEFT)
        assert run.latest.status == "queued"
        (issue,) = here.issues
        assert issue.body is not None
        assert "a runner may still come" in issue.body


async def test_suggesting_does_nothing_but_tell(tmp_path: Path) -> None:
    """Under `suggest` one issue tells of the run; it is closed when the run ended, and edited only for news."""
    async with hanging(tmp_path, SUGGEST) as here:
        await here.passed()
        run = here.work(here.begin("test"))
        (row,) = await here.look(HOUR)
        assert row.state is RunState.SUGGESTED
        (issue,) = here.issues
        await here.look(SOON)
        assert here.bot.hub.gateway.calls["issues/update"] == 0
        assert run.latest.status == "in_progress"
        here.bot.finish(run, {})
        (row,) = await here.look(SOON)
        assert row.state is RunState.ENDED
        assert issue.state == "closed"


async def test_the_cost_of_a_tick_is_bounded(tmp_path: Path) -> None:
    """A tick costs three lists, and three reads more of a run that is old; of the others nothing."""
    async with hanging(tmp_path, ACT) as here:
        await here.passed()
        for _ in range(20):
            here.work(here.begin("test"))
        before = sum(here.bot.hub.gateway.calls.values())
        await here.look(SOON)
        assert sum(here.bot.hub.gateway.calls.values()) - before <= 4
