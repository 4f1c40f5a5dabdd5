"""The programs about sessions themselves: what they say where something is missing, and whom they run as."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.config.agents import AgentConfig, HeartbeatConfig
from bot.supervision.hosts.local import LocalHost
from bot.supervision.sessions.orders import Beginning, Place, probing, starting
from bot.supervision.sessions.probing.asking import MOST_AT_ONCE, probe
from bot.supervision.sessions.probing.model import Found, Seen
from bot.supervision.sessions.starting import Begun, begin
from tests.support.sessions import Sessions, need_tmux
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.supervision.hosts.model import Order, Result, Unknown
    from bot.supervision.sessions.model import Process

NEEDED = ("sh", "stat", "ps", "awk", "tr", "cut", "cat", "timeout", "head", "cksum", "sleep", "env", "id")


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A tmux server in which nothing runs yet."""
    need_tmux()
    made = Sessions(folder=tmp_path)
    yield made
    made.end()


def place(sessions: Sessions, name: str = "A1", process: Process | None = None, **given: object) -> Place:
    """This function will say where a session of this machine is."""
    told = {"socket": sessions.socket, "work_tree": str(sessions.folder), **given}
    agent = AgentConfig(**told)  # type: ignore[arg-type]
    return Place(repository_id=7, name=name, agent=agent, process=process)


async def look(*places: Place, marks: bool = True) -> tuple[Seen, ...]:
    """This function will look at sessions of this machine."""
    return await probe({"": LocalHost()}, {"": places}, marks=marks)


async def start(where: Place, command: str, key: str = "k") -> Begun:
    """This function will start a session on this machine."""
    return await begin(LocalHost(), where, Beginning(key=key, command=command))


def test_a_host_without_tmux_says_so(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found is not None
        (bare / name).symlink_to(found)
    where = Place(repository_id=7, name="A1", agent=AgentConfig(work_tree=str(tmp_path)), process=None)
    orders = (probing([where], marks=True), starting(where, Beginning(key="k", command="true")))
    said = [
        subprocess.run(
            order.argv, env={"PATH": str(bare)}, capture_output=True, text=True, check=True, timeout=20
        ).stdout
        for order in orders
    ]
    assert "0 no-tmux" in said[0]
    assert said[1] == "no-tmux\n"


async def test_what_is_missing_is_said(sessions: Sessions) -> None:
    nowhere = place(sessions, work_tree=str(sessions.folder / "none"))
    (seen,) = await look(nowhere)
    assert seen.why == "its work tree is not there"
    assert (await start(nowhere, "true")).text == "It could not be started: its work tree is not there."
    homeless = place(sessions, socket=str(sessions.folder / "none" / "tmux"))
    (seen,) = await look(homeless)
    assert seen.found is Found.ABSENT
    assert "tmux says" in (await start(homeless, "true")).text


async def test_the_same_start_happens_once_however_often_it_is_asked(sessions: Sessions) -> None:
    """Also once it has ended; another start uses the pane again, and what it has shown stays."""
    first = await start(place(sessions), "echo first; exit 3", "one")
    await sessions.dies("A1")
    assert (await start(place(sessions), "echo second", "one")).is_begun
    sessions.run("rename-session", "-t", "=A1", "other")
    second = await start(place(sessions, process=first.process), "echo second; exit 4", "two")
    assert second.process is not None
    assert first.process is not None
    assert second.process.pane == first.process.pane
    await sessions.dies("other")
    shown = sessions.run("capture-pane", "-p", "-S", "-", "-t", "=other:")
    assert (shown.count("first"), shown.count("second")) == (1, 1)
    (seen,) = await look(place(sessions))
    assert (seen.found, seen.status, seen.key, seen.session) == (Found.ENDED, 4, "two", "other")


async def test_the_command_has_its_model_and_its_own_words(sessions: Sessions) -> None:
    """Nothing of a name, a model or a command is taken for something else by a shell on its way."""
    out = sessions.folder / "out of it"
    model = "a/b $(touch x) 'y' \"z\"; \\"
    command = f"printf '%s|%s' \"$AGENT_MODEL\" \"it's\" > '{out}'; exec sleep 600"
    assert (await start(place(sessions, model=model), command)).is_begun
    await until(lambda: out.exists() and out.read_text().endswith("it's"))
    assert out.read_text() == f"{model}|it's"
    assert not (sessions.folder / "x").exists()


async def test_what_an_agent_left_is_ended_before_it_is_started_again(sessions: Sessions) -> None:
    """Two of it would do the same work twice."""
    beat = sessions.folder / "left"
    left = f"trap '' HUP; (while true; do echo on >> {beat}; sleep 0.05; done) & exit 1"
    first = await start(place(sessions), left, "one")
    await sessions.dies("A1")
    await until(beat.exists)
    assert (await start(place(sessions, process=first.process), "exec sleep 600", "two")).is_begun
    before = beat.stat().st_size
    (seen,) = await look(place(sessions))
    assert seen.found is Found.RUNS
    assert beat.stat().st_size == before


async def test_a_session_of_another_repository_is_left_alone(sessions: Sessions) -> None:
    await start(place(sessions), "exec sleep 600")
    other = Place(repository_id=8, name="A1", agent=place(sessions).agent, process=None)
    (seen,) = await look(other)
    assert (seen.found, seen.why) == (Found.UNCLEAR, "its session is that of another agent (`7/A1`)")
    assert not (await start(other, "true")).is_begun


async def test_only_to_look_leaves_no_trace(sessions: Sessions) -> None:
    sessions.work("A1")
    options = ("show-options", "-p", "-t", "=A1:")
    (seen,) = await look(place(sessions), marks=False)
    assert (seen.found, sessions.run(*options)) == (Found.RUNS, "")
    await look(place(sessions))
    assert "@pilothouse A1" in sessions.run(*options)


async def test_a_session_whose_server_lost_its_socket_is_not_taken_for_dead(sessions: Sessions) -> None:
    begun = await start(place(sessions), "exec sleep 600")
    (sessions.folder / "tmux").rename(sessions.folder / "moved")
    (seen,) = await look(place(sessions, process=begun.process))
    assert seen.found is Found.UNCLEAR
    assert "runs, and its session is not to be found" in seen.why
    assert not (await start(place(sessions, process=begun.process), "true", "two")).is_begun
    (sessions.folder / "moved").rename(sessions.folder / "tmux")


@pytest.mark.parametrize(
    ("kind", "change"),
    [("file", "touch -d 2001-01-01 {}"), ("log", "echo 1 >> {}"), ("command", "echo 2 >> {}")],
)
async def test_each_sign_of_life_changes_with_what_it_is_of(
    sessions: Sessions, kind: str, change: str
) -> None:
    of = sessions.folder / "sign"
    of.write_text("0")
    given = {"command": f"cat {of}"} if kind == "command" else {kind: str(of)}
    where = place(sessions, heartbeat=HeartbeatConfig(**given))
    sessions.work("A1")
    signs = []
    for _ in range(2):
        signs += [seen.sign for seen in await look(where)]
        await asyncio.to_thread(subprocess.run, ["sh", "-c", change.format(of)], check=True)
    signs += [seen.sign for seen in await look(where)]
    assert signs[0] != signs[1]
    assert len({sign[0] for sign in signs}) == 1


async def test_many_sessions_take_one_call_and_more_where_the_answer_is_full(sessions: Sessions) -> None:
    calls: list[int] = []

    class Counting:
        """Says nothing of any, and counts how many it was asked after."""

        async def run(self, order: Order) -> Result | Unknown:
            calls.append(sum(part.startswith("7/") for part in order.argv))
            return await LocalHost().run(order)

    places = [place(sessions, f"A{number}") for number in range(MOST_AT_ONCE + 1)]
    seen = await probe({"": Counting()}, {"": places}, marks=True)
    assert [one.name for one in seen] == [each.name for each in places]
    assert {one.found for one in seen} == {Found.ABSENT}
    assert calls == [MOST_AT_ONCE, 1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs as others")
async def test_sessions_of_two_owners_on_a_host_are_each_looked_at_as_their_own() -> None:
    """A tmux server answers its own user only."""
    need_tmux()
    folder = Path("/tmp") / f"two-owners-{os.getpid()}"  # noqa: S108 - where another user may go, too
    theirs = folder / "theirs"
    theirs.mkdir(parents=True)
    shutil.chown(theirs, "nobody")
    ours, other = Sessions(folder=folder), Sessions(folder=theirs)
    try:
        ours.work("A1")
        where = place(other, "A2")
        begun = await start(where, "exec sleep 600")
        assert begun.is_begun, begun.text
        seen = await look(place(ours), where)
        assert [one.found for one in seen] == [Found.RUNS, Found.RUNS]
    finally:
        ours.end()
        other.end()
        shutil.rmtree(folder)


async def test_a_server_that_stands_still_is_no_death(sessions: Sessions) -> None:
    """It has its client's output then, and even the end of the client is not the end of that."""
    begun = await start(place(sessions), "exec sleep 600")
    server = int(sessions.run("display-message", "-p", "#{pid}"))
    os.kill(server, signal.SIGSTOP)
    try:
        seen = await look(place(sessions, process=begun.process), place(sessions, "A2"))
        assert [one.why for one in seen] == ["its host could not tell: tmux did not answer"] * 2
    finally:
        os.kill(server, signal.SIGCONT)
