"""What the programs on a host say, and what is made of it."""

from __future__ import annotations

import pytest

from bot.budget.model import AgentResult, AgentState
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.pausing.rules import read_signal


def said(*lines: str, code: int = 0, err: str = "") -> Result:
    """This function will make what a program said."""
    return Result(code=code, out="".join(f"{line}\n" for line in lines), err=err)


@pytest.mark.parametrize(
    ("answer", "state", "text"),
    [
        (said("all", "3"), AgentState.PAUSED, "`A1` is paused (3 processes)."),
        (said("idle"), AgentState.PAUSED, "`A1` has no process but its shell."),
        (said("ended"), AgentState.PAUSED, "`A1` has ended."),
        (said("left", "2"), AgentState.FAILED, "`A1` is not paused: 2 of its processes do not obey."),
        (said("no-tmux"), AgentState.FAILED, "`A1` is on a host without tmux."),
        (
            said("own"),
            AgentState.FAILED,
            "`A1` runs in the session that the bot itself runs in, which is left alone.",
        ),
        (
            said("taken"),
            AgentState.FAILED,
            "`A1` has no tmux session: what is called so is another agent's.",
        ),
        (said("unclear", "it `hung`"), AgentState.UNKNOWN, "`A1` may stand in any way: it \\`hung\\`."),
        (said("strange"), AgentState.FAILED, "`A1` is not paused: exit 0: strange."),
        (said("all", "3", code=1, err="ps: *"), AgentState.FAILED, "`A1` is not paused: exit 1: ps: \\*."),
        (Unknown(why="it hung"), AgentState.UNKNOWN, "`A1` may stand in any way: it hung."),
    ],
)
def test_how_an_agent_stands_is_told(answer: Result | Unknown, state: AgentState, text: str) -> None:
    assert read_signal(answer, "A1", is_resume=False) == AgentResult(agent="A1", state=state, text=text)


def test_an_agent_that_goes_on_is_running() -> None:
    found = read_signal(said("all", "3"), "A1", is_resume=True)
    assert (found.state, found.text) == (AgentState.RUNNING, "`A1` is running (3 processes).")


def test_an_agent_that_is_gone_is_held_by_nothing() -> None:
    """Its host was started anew meanwhile: it is for the watchdog to start it, and it may."""
    assert read_signal(said("no-session"), "A1", is_resume=True).state is AgentState.RUNNING
    assert read_signal(said("no-session"), "A1", is_resume=False).state is AgentState.FAILED
