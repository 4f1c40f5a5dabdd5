"""What the programs on a host say, and what is made of it."""

from __future__ import annotations

import pytest

from bot.budget.model import AgentResult, AgentState
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.pausing.rules import Kept, Outgoing, read_outgoing, read_push, read_signal

SHA, OLD = "a" * 40, "b" * 40
OUTGOING = Outgoing(
    branch="a1", head=SHA, remote="origin", address="git@github.com:acme/rocket.git", known=OLD, count=2
)


def said(*lines: str, code: int = 0, err: str = "") -> Result:
    """This function will make what a program said."""
    return Result(code=code, out="".join(f"{line}\n" for line in lines), err=err)


@pytest.mark.parametrize(
    "address",
    [
        "git@github.com:acme/rocket.git",
        "https://github.com/Acme/Rocket",
        "https://x-access-token:hush@github.com/acme/rocket.git",
        "ssh://git@github.com/acme/rocket/",
        "/srv/git/acme/rocket.git",
    ],
)
def test_commits_for_the_repository_are_to_be_pushed(address: str) -> None:
    answer = said("outgoing", "a1", SHA, "origin", address, OLD, "2")
    found = read_outgoing(answer, full_name="acme/rocket")
    assert isinstance(found, Outgoing)
    assert (found.branch, found.head, found.known, found.count) == ("a1", SHA, OLD, 2)


@pytest.mark.parametrize(
    "address", ["https://github.com/acme/rocket2", "https://evil.example/rocket", "rocket"]
)
def test_commits_for_another_repository_stay(address: str) -> None:
    answer = said("outgoing", "a1", SHA, "origin", address, "", "2")
    assert read_outgoing(answer, full_name="acme/rocket") == Kept(
        text="Its remote is not `acme/rocket`, so nothing was pushed."
    )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (said("nothing"), ""),
        (said("diverged", "a1"), "Its branch and the remote's have parted, so nothing was pushed."),
        (said("outgoing", "a1"), "Its work tree could not be understood, so nothing was pushed."),
        (said(), "Its work tree could not be understood, so nothing was pushed."),
        (
            said(code=128, err="fatal: *bad* object\n"),
            "Its work tree could not be read, so nothing was pushed (exit 128: fatal: \\*bad\\* object).",
        ),
        (said(code=2), "Its work tree could not be read, so nothing was pushed (exit 2)."),
        (
            Unknown(why="the host is away"),
            "Its work tree could not be read, so nothing was pushed (the host is away).",
        ),
    ],
)
def test_what_keeps_commits_from_being_pushed_is_told(answer: Result | Unknown, text: str) -> None:
    assert read_outgoing(answer, full_name="acme/rocket") == Kept(text=text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (said(SHA), "2 commits of `a1` were pushed."),
        (said("warning: slow", SHA), "2 commits of `a1` were pushed."),
        (said("declined", OLD), "2 commits of `a1` could not be pushed: declined."),
        (said(OLD), "2 commits of `a1` could not be pushed (exit 0)."),
        (said("! [rejected]"), "2 commits of `a1` could not be pushed: ! \\[rejected\\]."),
        (said(), "2 commits of `a1` could not be pushed (exit 0)."),
        (Unknown(why="no word"), "2 commits of `a1` could not be pushed (no word)."),
    ],
)
def test_a_push_is_believed_by_what_the_remote_has(answer: Result | Unknown, text: str) -> None:
    assert read_push(answer, OUTGOING) == text


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
