"""The end of an agent's terminal, on a host that is reached in both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config.agents import AgentConfig
from bot.supervision.answering.terminal import Terminal, read_answer, read_terminal
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.sessions.orders import Place
from tests.support.driving_hosts import WAYS, reached
from tests.support.sessions import Sessions, need_tmux
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A tmux server of this test's own."""
    need_tmux()
    made = Sessions(folder=tmp_path)
    yield made
    made.end()


def _place(sessions: Sessions, name: str = "A.1", *, repository_id: int = 7) -> Place:
    return Place(
        repository_id=repository_id, name=name, agent=AgentConfig(socket=sessions.socket), process=None
    )


async def _show(sessions: Sessions, text: str) -> None:
    """A session as tmux names it (tmux/tmux#5173), in whose terminal the text stands."""
    shown = sessions.folder / "shown.txt"
    shown.write_text(text)
    sessions.start("A_1", "-x", "60", "-y", "12", f"cat {shown}; echo the end; sleep 600")
    await until(lambda: "the end" in sessions.run("capture-pane", "-p", "-t", "A_1"))


@pytest.mark.parametrize("way", WAYS)
async def test_its_last_lines_are_read_without_secrets_even_where_the_terminal_wrapped_them(
    sessions: Sessions, way: str
) -> None:
    lines = "".join(f"line {number}\n" for number in range(40))
    await _show(sessions, f"{lines}grüße ✓\n{'x' * 40} {TOKEN} here\n")
    async with reached(way) as found:
        terminal = await read_terminal(found.host, _place(sessions), lines=5)

        assert terminal.problem == ""
        assert terminal.text.splitlines() == [
            "line 38",
            "line 39",
            "grüße ✓",
            f"{'x' * 40} *** here",
            "the end",
        ]
        nobody = await read_terminal(found.host, _place(sessions, "A2"), lines=5)
        assert nobody == Terminal(problem="has no tmux session")


async def test_another_repositorys_agent_of_the_same_name_is_not_shown(sessions: Sessions) -> None:
    """Two repositories may have agents on one tmux server; who may read the one may not read the other."""
    await _show(sessions, "secret plans\n")
    for option, value in (("@pilothouse", "A.1"), ("@pilothouse_of", "8")):
        sessions.run("set-option", "-p", "-t", "A_1", option, value)
    async with reached("local") as found:
        terminal = await read_terminal(found.host, _place(sessions), lines=5)
        assert terminal.text == ""
        assert "another agent's" in terminal.problem
        own = await read_terminal(found.host, _place(sessions, repository_id=8), lines=5)
        assert "secret plans" in own.text


async def test_a_renamed_session_is_found_by_its_mark(sessions: Sessions) -> None:
    await _show(sessions, "still here\n")
    for option, value in (("@pilothouse", "A.1"), ("@pilothouse_of", "7")):
        sessions.run("set-option", "-p", "-t", "A_1", option, value)
    sessions.run("rename-session", "-t", "A_1", "elsewhere")
    async with reached("local") as found:
        assert "still here" in (await read_terminal(found.host, _place(sessions), lines=5)).text


@pytest.mark.parametrize(
    ("answer", "problem", "is_unknown"),
    [
        (Unknown(why="it is `away`"), "did not show its terminal: it is \\`away\\`", True),
        (Result(code=0, out="no-tmux\n", err=""), "is on a host without tmux", False),
        (
            Result(code=0, out="unclear\ntmux did not answer\n", err=""),
            "did not show its terminal (exit 0: tmux did not answer)",
            True,
        ),
        (Result(code=0, out="", err=""), "did not show its terminal (exit 0)", True),
        (
            Result(code=127, out="", err=f"sh: {TOKEN}: not found"),
            "did not show its terminal (exit 127: sh: \\*\\*\\*: not found)",
            False,
        ),
    ],
)
def test_what_is_not_shown_is_said_and_nothing_is_taken_for_it(
    answer: Result | Unknown, problem: str, *, is_unknown: bool
) -> None:
    assert read_answer(answer) == Terminal(problem=problem, is_unknown=is_unknown)
