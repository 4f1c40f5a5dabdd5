"""Sessions that die are started again, and no other: real tmux and processes, over both ways to a host."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.supervision.sessions.model import SessionState
from tests.support.bot import REPOSITORY
from tests.support.driving_hosts import WAYS
from tests.support.sessions import Repository, need_tmux
from tests.support.waiting import until
from tests.support.watching import Watched, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

S = SessionState
NAMES = ("exit0", "exit1", "kill", "segv", "hung", "renamed", "gone", "shell", "stopped", "twice", "fine")


@pytest.fixture(params=WAYS)
async def seen(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    """Agents that the watchdog may start."""
    need_tmux()
    async with watched(tmp_path, request.param) as made:
        yield made


async def test_every_way_to_end_has_the_same_outcome_on_both_ways_to_a_host(seen: Watched) -> None:
    """What died works again after one tick; what is hung, stopped, renamed, finished or fine is not touched."""
    await seen.configure(*NAMES)
    assert set((await seen.tick(timedelta(0))).values()) == {S.STARTING}
    await seen.works()
    assert set((await seen.tick()).values()) == {S.HEALTHY}
    await _strike(seen)
    states = await seen.tick()
    assert states == dict.fromkeys(NAMES, S.HEALTHY) | {
        "exit0": S.FINISHED,
        "exit1": S.STARTING,
        "kill": S.STARTING,
        "segv": S.STARTING,
        "gone": S.STARTING,
        "shell": S.STARTING,
        "stopped": S.HELD,
    }
    again = {name for name, state in states.items() if state is S.STARTING}
    for name, agent in seen.agents.items():
        if name in again:
            await agent.works()
        assert len(agent.starts) == (2 if name in again else 1), name
    rows = await seen.rows()
    assert "renamed" not in seen.sessions.run("list-sessions", "-F", "#{session_name}").split()
    assert rows["renamed"].text == "It gets on. Its tmux session is called `another`."
    seen.agents["stopped"].signal(signal.SIGCONT)
    later = await seen.tick(timedelta(minutes=12))
    assert later["hung"] is S.QUIET
    assert {later[name] for name in (*again, "stopped", "fine", "renamed", "twice")} == {S.HEALTHY}
    assert await seen.happened("kill") == ["started", "proven", "died", "started", "proven"]
    assert await seen.happened("stopped") == ["started", "proven", "paused", "resumed"]


async def _strike(seen: Watched) -> None:
    agents, sessions = seen.agents, seen.sessions
    await agents["exit0"].end("0")
    await agents["exit1"].end("1")
    await agents["kill"].end("KILL")
    await agents["segv"].end("SEGV")
    (agents["hung"].folder / "silent").touch()
    sessions.run("rename-session", "-t", "=renamed", "another")
    gone = agents["gone"].shell
    sessions.run("kill-session", "-t", "=gone")
    os.kill(agents["shell"].shell, signal.SIGKILL)
    await agents["shell"].is_over()
    await until(lambda: not psutil.pid_exists(gone))
    agents["stopped"].signal(signal.SIGSTOP)
    sessions.run("new-window", "-d", "-t", "=twice:", "sleep 600")


async def test_what_a_session_committed_is_pushed_whether_it_lives_or_not(
    seen: Watched, tmp_path: Path
) -> None:
    """Once: while nothing changes there is nothing to tell."""
    repository = Repository(folder=tmp_path / "git", full_name=REPOSITORY)
    await seen.configure("A1", push="act")
    await seen.works()
    await seen.tick()
    head = repository.commit("one.txt", "1\n")
    await seen.agents["A1"].end("0")
    assert await seen.tick() == {"A1": S.FINISHED}
    assert repository.has("a1") == head
    assert "1 commit of `a1` was pushed" in (await seen.rows())["A1"].work
    await seen.tick()
    await seen.tick()
    assert (await seen.happened("A1")).count("pushed") == 1
