"""What the programs on a host say of sessions, understood or not, and never taken for a death it is not."""

from __future__ import annotations

import pytest

from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.sessions.model import Process
from bot.supervision.sessions.probing.model import Found, Seen
from bot.supervision.sessions.probing.reading import read_probe
from bot.supervision.sessions.starting import Begun, read_start


def said(*lines: str, boot: str = "boot b00t", code: int = 0) -> Result:
    """This function will make the answer of a host."""
    return Result(code=code, out="\n".join((boot, *lines)) + "\n", err="")


RUNNING = Seen(
    name="A1",
    found=Found.RUNS,
    process=Process(pane="%1", pid=42, started="b00t.7"),
    key="abc",
    running=2,
    stopped=1,
    copies=1,
    sign="l5.9",
    session="A 1",
)
ENDED = Seen(
    name="A1",
    found=Found.ENDED,
    process=Process(pane="%1", pid=42, started=""),
    status=3,
    running=0,
    copies=0,
    sign="t9",
    session="A1",
)


def unclear(why: str) -> Seen:
    return Seen(name="A1", found=Found.UNCLEAR, why=why)


UNTOLD = unclear("its host did not say how it stands")


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (said("0 pane %1 42 b7 0 s g kabc r2 z1 n1 l5.9 A 1"), RUNNING),
        (said("0 pane %1 42 b 1 s3 g k r0 z0 n0 t9 A1"), ENDED),
        (said("0 pane %1 42 b9 1 s3 g k r0 z0 n0 t9 A1"), ENDED),  # its number is another process's now
        (
            said("0 pane %1 42 b9 1 s g k r0 z0 n0 t9 A1"),
            unclear("its process runs, and has left its terminal"),
        ),
        (said("0 pane %1 42 b 0 s g k r0 z0 n0 t9 A1"), unclear("its process is about to end")),
        (said("0 pane %1 42 b7 0 s g k r2"), UNTOLD),  # cut at the limit of an answer
        (said("0 pane %1 x b7 0 s g k r2 z1 n1 l5.9 A1"), UNTOLD),
        (said("0 pane %1 42 b7 2 s g k r2 z1 n1 l5.9 A1"), UNTOLD),
        (
            said("0 gone process"),
            Seen(name="A1", found=Found.GONE, why="its session and its process are gone"),
        ),
        (said("0 gone boot"), Seen(name="A1", found=Found.GONE, why="its host was started anew since")),
        (said("0 absent"), Seen(name="A1", found=Found.ABSENT, why="there is no such session")),
        (said("0 adrift 42"), unclear("its process `42` runs, and its session is not to be found")),
        (said("0 taken 8/B`"), unclear("its session is that of another agent (`` 8/B` ``)")),
        (said("0 no-tmux"), unclear("its host has no tmux")),
        (said("0 no-folder"), unclear("its work tree is not there")),
        (said("0 unclear @ada <b>"), unclear("its host could not tell: @\u200bada &lt;b&gt;")),
        (said("0 what is this"), UNTOLD),
        (said("nonsense", "1 absent"), UNTOLD),
        (said("0"), UNTOLD),
        (said("0 absent", boot="no boot"), UNTOLD),
        (Result(code=0, out="", err=""), UNTOLD),
        (Result(code=126, out="", err="as *root*"), unclear("its host did not say: exit 126: as \\*root\\*")),
        (Result(code=1, out="oh", err=""), unclear("its host did not say: exit 1: oh")),
        (Unknown(why="it is away"), unclear("its host did not say: it is away")),
    ],
)
def test_a_line_tells_one_session(answer: Result | Unknown, seen: Seen) -> None:
    assert read_probe(answer, ["A1"]) == ({"A1": seen}, ())


def test_those_of_another_owner_are_asked_after_once_more() -> None:
    seen, others = read_probe(said("0 absent", "1 other"), ["A1", "A2"])
    assert others == ("A2",)
    assert seen["A2"].why == "its work tree belongs to somebody else"
    assert not seen["A2"].is_over


@pytest.mark.parametrize(
    ("answer", "begun"),
    [
        (
            "started\n%1\n42\nb.7\n",
            Begun(name="A1", is_begun=True, process=Process(pane="%1", pid=42, started="b.7")),
        ),
        (
            "running\n%1\n42\nb.7\n",
            Begun(name="A1", is_begun=True, process=Process(pane="%1", pid=42, started="b.7")),
        ),
        ("started\n%1\n", "It could not be started: its host did not say why."),
        ("no-tmux\n", "It could not be started: its host has no tmux."),
        ("no-folder\n", "It could not be started: its work tree is not there."),
        ("taken\n8/B\n", "It could not be started: its session is that of another agent (`8/B`)."),
        (
            "adrift\n42\n",
            "It could not be started: its process `42` runs, and its session is not to be found.",
        ),
        ("failed\nno *space*\n", "It could not be started: tmux says: no \\*space\\*."),
        ("unclear\nwhat\n", "It could not be started: its host could not tell: what."),
        ("", "It could not be started: its host did not say why."),
    ],
)
def test_a_start_is_believed_by_its_process(answer: str, begun: Begun | str) -> None:
    wanted = Begun(name="A1", is_begun=False, text=begun) if isinstance(begun, str) else begun
    assert read_start(Result(code=0, out=answer, err=""), "A1") == wanted


def test_a_start_of_which_nothing_is_known_is_no_failed_one() -> None:
    begun = read_start(Unknown(why="it is away"), "A1")
    assert (begun.is_begun, begun.is_unknown) == (False, True)
    failed = read_start(Result(code=126, out="", err="as root"), "A1")
    assert (failed.is_unknown, failed.text) == (False, "It could not be started: exit 126: as root.")
