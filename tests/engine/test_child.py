"""The worker as a supervised child: started again, woken, stopped, never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
from structlog.testing import capture_logs

from bot.engine.child import Child, listen_to_parent
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

# Writes a line for its start, for each wake-up, and for the end of its parent.
_PROGRAM = """
import asyncio, os, sys
from bot.engine.child import listen_to_parent
def say(what):
    with open(sys.argv[1], "a") as file: file.write(f"{what} {os.getpid()}\\n")
async def main():
    end = asyncio.Event()
    listen_to_parent(0, on_wake=lambda: say("woken"), on_end=end.set)
    say("started")
    await end.wait()
    say("orphaned")
asyncio.run(main())
"""

_PARENT = """
import asyncio, sys
from bot.engine.child import Child
asyncio.run(Child([sys.executable, "-c", sys.argv[2], sys.argv[1]], give_up_on=frozenset()).run())
"""


class Words:
    """What the child has said."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[str]:
        """This function will read every line."""
        return self.path.read_text().splitlines() if self.path.exists() else []

    def count(self, word: str) -> int:
        """This function will count the lines that begin with the word."""
        return sum(line.startswith(word) for line in self.all())

    def pid(self) -> int:
        """This function will give the process that spoke last."""
        return int(self.all()[-1].split()[1])


@pytest.fixture
def words(tmp_path: Path) -> Words:
    return Words(tmp_path / "words")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.child._SHORTEST_PAUSE", 0.01)


def child_of(words: Words) -> Child:
    return Child([sys.executable, "-c", _PROGRAM, str(words.path)], give_up_on=frozenset({78}))


async def test_it_is_woken_and_stopped(words: Words) -> None:
    child = child_of(words)
    child.wake()  # nobody is there yet: no harm
    running = asyncio.create_task(child.run())
    await until(lambda: words.count("started") == 1)
    child.wake()
    await until(lambda: words.count("woken") == 1)
    await child.stop()
    assert await running == -signal.SIGTERM
    child.wake()


@pytest.mark.usefixtures("soon")
async def test_it_is_started_again_after_a_kill(words: Words) -> None:
    child = child_of(words)
    running = asyncio.create_task(child.run())
    await until(lambda: words.count("started") == 1)
    os.kill(words.pid(), signal.SIGKILL)
    await until(lambda: words.count("started") == 2)
    child.wake()
    await until(lambda: words.count("woken") == 1)
    await child.stop()
    await running


async def test_what_a_restart_would_not_change_ends_it() -> None:
    child = Child([sys.executable, "-c", "raise SystemExit(78)"], give_up_on=frozenset({78}))
    assert await child.run() == 78


@pytest.mark.usefixtures("soon")
async def test_later_starts_get_more_arguments(words: Words) -> None:
    program = (
        "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + '.\\n'); sys.exit(len(sys.argv))"
    )
    child = Child(
        [sys.executable, "-c", program, str(words.path)], again=["--patient"], give_up_on=frozenset({3})
    )
    assert await child.run() == 3
    assert words.all() == [".", "--patient."]


async def test_a_stop_during_the_pause_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.child._LONGEST_PAUSE", 3600.0)
    monkeypatch.setattr("bot.engine.child._SHORTEST_PAUSE", 3600.0)
    child = Child([sys.executable, "-c", "raise SystemExit(5)"], give_up_on=frozenset())
    running = asyncio.create_task(child.run())
    await until(lambda: child._process is not None and child._process.returncode is not None)  # noqa: SLF001 - the fact itself
    await child.stop()
    async with asyncio.timeout(5):
        assert await running == 5


@pytest.mark.parametrize(("long_life", "pauses"), [(0.0, [0.01, 0.01, 0.01]), (60.0, [0.02, 0.04, 0.08])])
async def test_one_that_had_worked_is_started_again_without_a_growing_pause(
    words: Words, monkeypatch: pytest.MonkeyPatch, long_life: float, pauses: list[float]
) -> None:
    """A worker that was killed now and then waited half a minute each time, and its backlog with it."""
    monkeypatch.setattr("bot.engine.child._LONG_LIFE", long_life)
    monkeypatch.setattr("bot.engine.child._SHORTEST_PAUSE", 0.01)
    program = (
        "import sys, pathlib; path = pathlib.Path(sys.argv[1]); path.open('a').write('.\\n');"
        "sys.exit(3 if len(path.read_text().splitlines()) == 4 else 1)"
    )
    child = Child([sys.executable, "-c", program, str(words.path)], give_up_on=frozenset({3}))
    with capture_logs() as logs:
        assert await child.run() == 3
    assert [line["again_in"] for line in logs if line["event"] == "worker_ended"] == pauses


async def test_one_that_does_not_obey_is_killed(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.child._STOP_SECONDS", 0.05)
    program = "import signal, sys; signal.signal(15, signal.SIG_IGN); " + _PROGRAM
    child = Child([sys.executable, "-c", program, str(words.path)], give_up_on=frozenset())
    running = asyncio.create_task(child.run())
    await until(lambda: words.count("started") == 1)
    await child.stop()
    assert await running == -signal.SIGKILL


async def test_no_orphan_is_left_when_the_parent_is_killed(words: Words) -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", _PARENT, str(words.path), _PROGRAM)
    await until(lambda: words.count("started") == 1)
    child = words.pid()
    parent.kill()
    await parent.wait()
    await until(lambda: words.count("orphaned") == 1)
    await until(
        lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    )


async def test_the_parents_end_is_told_once() -> None:
    reading, writing = os.pipe()
    woken: list[int] = []
    ended = asyncio.Event()
    listen_to_parent(reading, on_wake=lambda: woken.append(1), on_end=ended.set)
    os.write(writing, b"\n\n")
    await until(lambda: woken == [1])
    os.close(writing)
    async with asyncio.timeout(5):
        await ended.wait()
    os.close(reading)
