"""Real sessions are paused and go on, in both ways of reaching a host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import AgentResult, AgentState
from bot.config.agents import AgentConfig
from bot.supervision.pausing.rules import read_signal
from bot.supervision.sessions import orders
from tests.support.driving_hosts import WAYS, reached
from tests.support.sessions import Sessions, need_tmux

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.supervision.hosts.model import Host


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A host with a tmux server."""

    host: Host
    sessions: Sessions

    async def send(self, name: str, *, is_resume: bool = False) -> AgentResult:
        """This function will pause an agent or let it go on."""
        agent = AgentConfig(socket=self.sessions.socket)
        place = orders.Place(repository_id=7, name=name, agent=agent, process=None)
        order = orders.signalling(place, is_resume=is_resume)
        return read_signal(await self.host.run(order), name, is_resume=is_resume)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A tmux server of this test's own."""
    need_tmux()
    made = Sessions(folder=tmp_path)
    yield made
    made.end()


@pytest.fixture(params=WAYS)
async def place(request: pytest.FixtureRequest, sessions: Sessions) -> AsyncIterator[Place]:
    """This machine, reached in each of the two ways."""
    async with reached(request.param) as found:
        yield Place(host=found.host, sessions=sessions)


async def test_what_works_stands_still_until_it_may_go_on(place: Place) -> None:
    place.sessions.work("A1")
    await place.sessions.goes_on()
    paused = await place.send("A1")
    assert paused.state is AgentState.PAUSED
    before = place.sessions.lines()
    assert (await place.send("A1")).state is AgentState.PAUSED  # twice is as once
    assert place.sessions.lines() == before
    assert (await place.send("A1", is_resume=True)).state is AgentState.RUNNING
    await place.sessions.goes_on()


async def test_what_was_typed_into_a_shell_goes_on_in_its_terminal(place: Place) -> None:
    """An interactive shell takes the terminal back when its job stops: the job has to get it again."""
    place.sessions.start("A1", "bash --norc --noprofile -i")
    script = place.sessions.folder / "worker.sh"
    script.write_text(
        f"while read -t 0.05 line || [ $? -gt 128 ]; do echo on >> {place.sessions.out}; done\n"
    )
    place.sessions.run("send-keys", "-t", "A1", f"bash {script}", "Enter")
    await place.sessions.goes_on()
    assert (await place.send("A1")).state is AgentState.PAUSED
    before = place.sessions.lines()
    assert (await place.send("A1")).state is AgentState.PAUSED
    assert place.sessions.lines() == before
    assert (await place.send("A1", is_resume=True)).state is AgentState.RUNNING
    await place.sessions.goes_on()


async def test_a_program_without_a_shell_is_told_to_be_none_that_can_be_paused(place: Place) -> None:
    place.sessions.start("A1", "sleep 600")
    result = await place.send("A1")
    assert result.state is AgentState.FAILED
    assert "start it under a shell" in result.text
    assert "`sleep`" in result.text


async def test_an_idle_shell_spends_nothing(place: Place) -> None:
    place.sessions.start("A1", "sh")
    result = await place.send("A1")
    assert result == AgentResult(
        agent="A1", state=AgentState.PAUSED, text="`A1` has no process but its shell."
    )


async def test_a_session_that_is_not_there_is_no_paused_one(place: Place) -> None:
    assert (await place.send("A1")).text == "`A1` has no such tmux session."
    place.sessions.work("A10")
    result = await place.send("A1")  # no name that begins so is meant
    assert (result.state, result.text) == (AgentState.FAILED, "`A1` has no such tmux session.")


async def test_an_agent_that_has_ended_is_as_good_as_paused(place: Place) -> None:
    place.sessions.start("keeper", "sleep 600")
    place.sessions.run("set-option", "-g", "remain-on-exit", "on")
    place.sessions.start("A1", "true")
    await place.sessions.dies("A1")
    assert (await place.send("A1")).text == "`A1` has ended."


async def test_a_renamed_session_is_paused_and_another_repositorys_is_not(place: Place) -> None:
    """Agents of one name on one host are taken for each other: imbue-ai/mngr#993."""
    place.sessions.work("A1")
    for option, value in (("@pilothouse", "A1"), ("@pilothouse_of", "7")):
        place.sessions.run("set-option", "-p", "-t", "A1", option, value)
    place.sessions.run("rename-session", "-t", "A1", "elsewhere")
    await place.sessions.goes_on()
    assert (await place.send("A1")).state is AgentState.PAUSED
    assert (await place.send("A1", is_resume=True)).state is AgentState.RUNNING
    await place.sessions.goes_on()
    place.sessions.run("set-option", "-p", "-t", "elsewhere", "@pilothouse_of", "8")
    place.sessions.run("rename-session", "-t", "elsewhere", "A1")
    left = await place.send("A1")
    assert left.state is AgentState.FAILED
    assert "another agent's" in left.text
    await place.sessions.goes_on()
