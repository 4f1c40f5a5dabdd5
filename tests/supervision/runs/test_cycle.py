"""The supervisor's whole cycle, as the clock begins it: runs that hang, then the heartbeat; and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.supervision.model import SuperviseBuilds
from bot.supervision.runs.model import RunState
from tests.support.hanging import hanging

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.hanging import Hanging

TICK = timedelta(minutes=15)
WHOLE = "supervision: {runs: {conduct: act}}\n"


async def cycle(here: Hanging, after: timedelta = TICK) -> list[str]:
    """This function will let a cycle happen, and return what GitHub was asked that costs of the hourly limit."""
    await here.sleep(after)
    before = len(here.bot.hub.gateway.seen)
    request = SuperviseBuilds(repository=here.bot.ref, cause=f"{here.bot.clock():%d%H%M}")
    await here.bot.engine.submit([request.start()])
    await here.bot.settle()
    not_changed = 304
    return [one.operation for one in here.bot.hub.gateway.seen[before:] if one.status != not_changed]


async def test_a_cycle_mends_and_beats(tmp_path: Path) -> None:
    """One cycle finds the run that hangs and tells that the bot is alive."""
    async with hanging(tmp_path, WHOLE) as here:
        await here.passed()
        here.work(here.begin("test", branch="main"))
        await cycle(here, timedelta(hours=1))
        assert (await here.rows())[0].state is RunState.CANCELLING
        (heart,) = here.issues
        assert heart.title == "Pilothouse's heartbeat"
        await here.sleep(timedelta(minutes=20))
        assert (await here.rows())[0].state is RunState.AGAIN


async def test_a_quiet_cycle_costs_next_to_nothing(tmp_path: Path) -> None:
    """Where nothing changed, looking for runs that hang costs nothing, and the heartbeat one write."""
    async with hanging(tmp_path, WHOLE) as here:
        await here.passed()
        await cycle(here)
        await cycle(here)
        asked = await cycle(here)
        mine = {"actions/list-workflow-runs-for-repo", "issues/update", "actions/get-workflow"}
        assert sorted(one for one in asked if one in mine) == ["actions/get-workflow", "issues/update"]
