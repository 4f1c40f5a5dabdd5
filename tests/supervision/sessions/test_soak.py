"""Hours of a night with random faults on real sessions: every death is found, and nothing that lives is touched."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field, replace
from signal import SIGCONT, SIGKILL, SIGSEGV, SIGSTOP, SIGTERM
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.sessions.model import SessionState
from tests.support.sessions import need_tmux
from tests.support.waiting import until
from tests.support.watching import AGENT, Agent, Watched, watched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.supervision.hosts.model import Order

IS_LONG = bool(
    os.environ.get("PILOTHOUSE_TEST_SOAK")
)  # two hours of fifty sessions; else some minutes of a few
AGENTS, TICKS = (50, 60) if IS_LONG else (6, 5)
S = SessionState
PROVEN = frozenset({S.HEALTHY, S.QUIET, S.STUCK})
pytestmark = pytest.mark.timeout(1800 if IS_LONG else 180)


@dataclass
class Night:
    """What was done to the sessions, and what has to come of it."""

    seen: Watched
    dice: random.Random
    deaths: int = 0
    quarantined: int = 0
    away: int = 0
    dead: set[str] = field(default_factory=set)  # not yet started again
    over: set[str] = field(default_factory=set)  # finished, or left to a person

    async def strike(self) -> None:
        """This function will do something to some of the sessions that have shown that they get on."""
        rows = await self.seen.rows()
        whole = [name for name in rows if rows[name].state in PROVEN and name not in self.over]
        for name in self.dice.sample(whole, min(len(whole), max(2, AGENTS // 10))):
            (fault,) = self.dice.choices(FAULTS, WEIGHTS)
            if await fault(self.seen.agents[name]):
                self.dead.add(name)
                self.deaths += 1
            elif fault is _finishes:
                self.over.add(name)

    async def check(self, before: dict[str, int]) -> None:
        """This function will hold what the watchdog did to what had happened."""
        rows = await self.seen.rows()
        for name, agent in self.seen.agents.items():
            if name in self.dead and rows[name].state is S.QUARANTINED:
                self.dead.remove(name)
                self.over.add(name)
                self.quarantined += 1
            elif name in self.dead:
                assert rows[name].state is S.STARTING, (name, rows[name])
                await until(lambda agent=agent, count=before[name]: len(agent.starts) > count)  # type: ignore[misc]
                assert len(agent.starts) == before[name] + 1
                self.dead.remove(name)
            else:
                assert len(agent.starts) == before[name], (name, rows[name])
                assert rows[name].state not in {S.DEAD, S.STARTING}, (name, rows[name])


async def test_a_night_of_faults_touches_nothing_that_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit, signal, closed pane, new name, silence, stop and go, and answers that are lost or cut on their way."""
    need_tmux()
    async with watched(tmp_path) as seen:
        seen.script.write_text(AGENT.replace("sleep 0.1", "sleep 1" if IS_LONG else "sleep 0.2"))
        night = Night(seen=seen, dice=random.Random(20261102))  # noqa: S311 - no secret, a plan that can be had again
        await seen.configure(*(f"S{number:02}" for number in range(AGENTS)))
        await seen.works()
        await seen.tick()
        for number in range(TICKS):
            before = {name: len(agent.starts) for name, agent in seen.agents.items()}
            await night.strike()
            if number % 5 == 3:
                with monkeypatch.context() as way:
                    way.setattr(LocalHost, "run", _spoilt(night.dice, LocalHost.run))
                    await seen.tick()
                    night.away += 1
                still = {name for name, agent in seen.agents.items() if len(agent.starts) > before[name]}
                assert still <= night.dead
                night.dead -= still
                before |= {name: len(seen.agents[name].starts) for name in still}
            await seen.tick()
            await night.check(before)
            _settle(seen)
        assert night.deaths >= TICKS // 2
        with capsys.disabled():
            print(  # noqa: T201 - the figures of the night
                f"\n{AGENTS} sessions, {TICKS} ticks: {night.deaths} deaths found, 0 false restarts, "
                f"{night.quarantined} left to a person, {night.away} ticks without an answer"
            )


def _settle(seen: Watched) -> None:
    """Whatever was stopped goes on, so that it can be struck again."""
    for agent in seen.agents.values():
        for process in _processes(agent):
            process.send_signal(SIGCONT)


def _spoilt(dice: random.Random, run: Callable[..., Any]) -> Callable[..., Any]:
    """A host whose answers are lost, or cut anywhere."""

    async def spoilt(host: LocalHost, order: Order) -> Result | Unknown:
        answer: Result | Unknown = await run(host, order)
        if isinstance(answer, Unknown) or dice.random() < 0.3:
            return Unknown(why="the line was cut")
        return replace(answer, out=answer.out[: dice.randrange(len(answer.out) + 1)])

    return spoilt


def _processes(agent: Agent) -> list[psutil.Process]:
    try:
        return [psutil.Process(agent.starts[-1])]
    except psutil.NoSuchProcess:
        return []


async def _dies(agent: Agent, signal: int) -> bool:
    os.kill(agent.starts[-1], signal)
    await agent.is_over()
    return True


async def _is_killed(agent: Agent) -> bool:
    return await _dies(agent, SIGKILL)


async def _crashes(agent: Agent) -> bool:
    return await _dies(agent, SIGSEGV)


async def _fails(agent: Agent) -> bool:
    await agent.end("1")
    return True


async def _finishes(agent: Agent) -> bool:
    os.kill(agent.starts[-1], SIGTERM)
    await agent.is_over()
    return False


async def _is_closed(agent: Agent) -> bool:
    pane = ("-f", f"#{{==:#{{@pilothouse}},{agent.name}}}", "-F", "#{pane_id} #{pane_pid}")
    one, pid = agent.sessions.run("list-panes", "-a", *pane).split()
    agent.sessions.run("kill-pane", "-t", one)
    await until(lambda: not psutil.pid_exists(int(pid)))
    return True


async def _is_renamed(agent: Agent) -> bool:
    pane = ("-f", f"#{{==:#{{@pilothouse}},{agent.name}}}", "-F", "#{session_name}")
    name = agent.sessions.run("list-panes", "-a", *pane).strip()
    agent.sessions.run("rename-session", "-t", f"={name}", f"{name}x")
    return False


async def _is_silent(agent: Agent) -> bool:
    (agent.folder / "silent").touch()
    return False


async def _is_stopped(agent: Agent) -> bool:
    os.kill(agent.starts[-1], SIGSTOP)
    return False


FAULTS = (_is_killed, _crashes, _fails, _finishes, _is_closed, _is_renamed, _is_silent, _is_stopped)
WEIGHTS = (4, 4, 4, 1, 4, 4, 4, 4)  # what has finished is out of the game
