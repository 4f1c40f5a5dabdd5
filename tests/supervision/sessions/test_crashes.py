"""The bot dies after any step of a look: what died is started once, and told once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.supervision.sessions.model import SessionState
from tests.support.sessions import need_tmux
from tests.support.watching import watched

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

STEPS = ("look again", "note", "start", "note started", "note looked", "troubles", "note end")


async def test_a_crash_after_any_step_starts_a_dead_session_once(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path) as seen:
        await seen.configure("A1")
        agent = seen.agents["A1"]
        for count, step in enumerate(STEPS, start=2):
            await agent.works()
            assert await seen.tick() == {"A1": SessionState.HEALTHY}
            await agent.end("1")
            seen.bot.engine.crash_in(step)
            assert await seen.tick(timedelta(minutes=31)) == {"A1": SessionState.STARTING}, step
            assert not seen.bot.engine.crashes_due
            await agent.works()
            assert len(agent.starts) == count, step
        assert (await seen.happened("A1")).count("died") == len(STEPS)
        assert (await seen.happened("A1")).count("started") == len(STEPS) + 1


async def test_each_step_done_twice_is_as_done_once(tmp_path: Path) -> None:
    """Also one issue, although its answer was lost."""
    need_tmux()
    async with watched(tmp_path, repeat_every_step=True) as seen:
        await seen.configure("A1")
        agent = seen.agents["A1"]
        await seen.tick()
        await agent.works()
        await seen.tick()
        await agent.end("KILL")
        assert await seen.tick() == {"A1": SessionState.STARTING}
        await agent.works()
        assert len(agent.starts) == 2
        assert await seen.happened("A1") == ["started", "proven", "died", "started"]
        await seen.configure("A1", conduct="suggest")
        await seen.tick()
        await agent.end("1")
        await seen.tick()
        assert len(seen.issues()) == 1
