"""What is said of a try that could not be made, or of a command whose end tells nothing."""

from __future__ import annotations

import base64
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Standing
from bot.supervision.fixing.model import Patch, PatchedFile, Tried
from bot.supervision.fixing.working.attempts import (
    Attempt,
    given_up,
    not_allowed,
    not_prepared,
    not_shown,
    tried,
    unfit,
)
from bot.supervision.fixing.working.ending import End, Ended, Seen
from bot.supervision.fixing.working.fixer import shown
from bot.supervision.fixing.working.problems import (
    MOST_LINKS,
    Problem,
    not_fetched,
    not_kept,
    not_made,
    not_reset,
    read_links,
)
from bot.supervision.hosts.model import Result, Unknown
from tests.support.fixing import trouble

AWAY = Unknown(why="it is *away*")
CHECK = ("cargo", "fmt", "--", "--check")
HALF = timedelta(seconds=30)


def said(out: str, *, code: int = 0, err: str = "") -> Result:
    """This function will make what a host told."""
    return Result(code=code, out=out, err=err)


@pytest.mark.parametrize(
    ("answer", "reason", "text"),
    [
        (AWAY, Reason.HOST_UNREACHABLE, r"The host did not say how it went: it is \*away\*."),
        (said("missing\n"), Reason.FIX_BROKEN, "The host has no folder `/f`; whoever runs the host"),
        (said("no-git\n"), Reason.FIX_BROKEN, "The host has no git."),
        (said("unwritable\n"), Reason.FIX_BROKEN, "The owner of `/f` cannot write into it."),
        (said("full\n1024\n"), Reason.FIX_BROKEN, "The disk of `/f` has 1024 KiB free"),
        (said("what\n"), Reason.FIX_BROKEN, "The work tree could not be made. It said: what"),
        (said("", code=1, err="no\n"), Reason.FIX_BROKEN, "The work tree could not be made. It said: no"),
    ],
)
def test_not_made(answer: Result | Unknown, reason: Reason, text: str) -> None:
    """Each way in which a place cannot be made is told apart."""
    problem = not_made(answer, "/f")
    assert problem is not None
    assert problem.reason == reason
    assert problem.text.startswith(text)


def fetched(tail: str, code: int = 0) -> Ended:
    """This function will make the end of a clone."""
    return Ended(end=End.ENDED, code=code, tail=tail)


@pytest.mark.parametrize(
    ("ended", "reason", "text"),
    [
        (
            Ended(end=End.LOST, problem="away"),
            Reason.HOST_UNREACHABLE,
            "The host did not say how it went: away.",
        ),
        (
            Ended(end=End.NOT_BEGUN, problem="no"),
            Reason.HOST_UNREACHABLE,
            "The host did not say how it went: no.",
        ),
        (Ended(end=End.LATE), Reason.FIX_BROKEN, "Cloning `r` did not end in time."),
        (fetched("warning\nunwritable\n"), Reason.FIX_BROKEN, "The clone cannot be written to."),
        (
            fetched("unreachable\nfatal: ```denied\n"),
            Reason.FIX_BROKEN,
            (
                "The host could not fetch from `r`: its user needs the right to read there. It said:"
                "\n\n````\nfatal: ```denied\n````"
            ),
        ),
        (fetched("no-commit\n"), Reason.FIX_BROKEN, "`r` does not have the commit any more."),
        (fetched("unreadable\n"), Reason.FIX_BROKEN, "The commit could not be checked out."),
        (fetched("", 3), Reason.FIX_BROKEN, "The work tree could not be made (exit 3)."),
    ],
)
def test_not_fetched(ended: Ended, reason: Reason, text: str) -> None:
    """Each way in which a commit cannot be had is told apart, with git's own words."""
    assert not_fetched(ended, "r") == Problem(reason=reason, text=text)


def test_what_went_well() -> None:
    """Where all went well there is no problem."""
    assert not_made(said("made\n"), "/f") is None
    assert not_fetched(fetched("hint: x\nready\n"), "r") is None
    assert not_reset(said("reset\n")) is None
    assert not_kept(said("kept\n")) is None


def test_not_reset_and_not_kept() -> None:
    """A work tree that cannot be read or set back ends the try."""
    assert not_reset(AWAY) == not_kept(AWAY) == read_links(AWAY)
    assert not_reset(said("", code=1, err="disk full")) == Problem(
        reason=Reason.FIX_BROKEN, text="The work tree could not be set back. It said: disk full"
    )
    assert not_kept(said("unreadable\nerror: x\n")) == Problem(
        reason=Reason.FIX_BROKEN, text="The work tree could not be read. It said: unreadable error: x"
    )
    assert not_kept(said("large\n9 70000\n")) == Problem(
        reason=Reason.FIX_TOO_LARGE,
        text="It changed 9 files of 70000 KiB together: more than anyone would look through.",
    )


def test_links() -> None:
    """All links are named, or the agent is not asked."""
    assert read_links(said(base64.b64encode(b"a\0b c\0").decode())) == ("a", "b c")
    assert read_links(said("")) == ()
    many = read_links(said(base64.b64encode(b"x" * MOST_LINKS).decode()))
    assert isinstance(many, Problem)
    assert "so many symbolic links" in many.text
    assert read_links(said("", code=2, err="x")) == Problem(
        reason=Reason.FIX_BROKEN, text="The links of the work tree could not be read. It said: x"
    )


@pytest.mark.parametrize(
    ("ended", "reason", "text"),
    [
        (
            Ended(end=End.LOST, problem="away"),
            Reason.HOST_UNREACHABLE,
            "The host did not say how it went: away.",
        ),
        (
            Ended(end=End.LATE, tail="x"),
            Reason.FIX_TIME,
            "did not end within 1 min, and its processes were ended.\n",
        ),
        (Ended(end=End.FLOOD), Reason.FIX_OUTPUT, "wrote more than a try may"),
        (Ended(end=End.COSTLY), Reason.FIX_PRICE, "cost more than a try may"),
        (Ended(end=End.RESTLESS), Reason.FIX_PRICE, "asked its model more often than a try may"),
        (Ended(end=End.ENDED, code=124), Reason.FIX_OUTPUT, "left too little of the disk"),
        (Ended(end=End.ENDED, code=127), Reason.FIX_BROKEN, "needs is not on the host"),
        (Ended(end=End.ENDED, code=126), Reason.FIX_BROKEN, "needs could not be run there"),
        (Ended(end=End.ENDED), Reason.FIX_BROKEN, "needs could not be run there"),
    ],
)
def test_unfit(ended: Ended, reason: Reason, text: str) -> None:
    """A command that did not run to its own end proves nothing."""
    problem = unfit(ended, CHECK, HALF)
    assert problem is not None
    assert problem.reason == reason
    assert text in problem.text
    assert unfit(Ended(end=End.ENDED, code=2), CHECK, HALF) is None


@pytest.mark.parametrize(
    ("ended", "reason", "text"),
    [
        (Ended(end=End.LOST, problem="away"), Reason.HOST_UNREACHABLE, "away"),
        (
            Ended(end=End.LATE),
            Reason.FIX_BROKEN,
            "What `eslint` needs could not be installed into the work tree.",
        ),
        (Ended(end=End.ENDED, code=1, tail="npm error"), Reason.FIX_BROKEN, "npm error"),
    ],
)
def test_not_prepared(ended: Ended, reason: Reason, text: str) -> None:
    """Without what a tool needs it is not begun, and it is told what the installer said."""
    problem = not_prepared(ended, "eslint")
    assert problem is not None
    assert problem.reason == reason
    assert text in problem.text
    assert not_prepared(Ended(end=End.ENDED, code=0), "eslint") is None


@pytest.mark.parametrize(
    ("seen", "is_shown"),
    [
        ((), True),
        (("rustfmt",), True),
        (("rustc", "rustfmt"), True),
        (("generic", "exit code"), True),
        (("rustc",), False),
        (("network", "generic"), False),
    ],
)
def test_not_shown(seen: tuple[str, ...], is_shown: bool) -> None:  # noqa: FBT001 - a column of a table
    """A command that fails with other tools' failures alone does not show the one that is looked for."""
    failure = trouble("rustfmt", "0" * 40).failure
    ended = Ended(end=End.ENDED, code=1, seen=tuple(Seen(tool=tool, fingerprint="x") for tool in seen))
    assert (not_shown(ended, CHECK, failure) is None) is is_shown


def test_not_allowed() -> None:
    """The first rule that a change breaks gives the reason, and all of them are told."""
    file = PatchedFile(path="a", old_mode="", new_mode="100644", size=1, content=b"x")
    patch = Patch(files=(file,), diff="")
    met = Condition(name="size", standing=Standing.MET, text="Small.")
    unmet = Condition(name="form", standing=Standing.UNMET, text="A link.", reason=Reason.FIX_NOT_TEXT)
    unknown = Condition(name="diff", standing=Standing.UNKNOWN, text="Torn.", reason=Reason.FIX_BROKEN)
    assert not_allowed(patch, (met,)) is None
    assert not_allowed(patch, (met, unmet, unknown)) == Problem(
        reason=Reason.FIX_NOT_TEXT, text="A link. Torn."
    )


def test_summing_up() -> None:
    """The last fixer decides, each is told, and prices that are known are added up."""
    vain = Attempt(fixer="rustfmt", reason=Reason.FIX_TIME, text="Late.")
    good = Attempt(fixer="agent", text="ran `x`.", price=Decimal("0.5"))
    assert tried((vain, good), CHECK) == Tried(
        fixer="agent",
        text="**`rustfmt`** Late.\n\n**`agent`** ran `x`.",
        price=Decimal("0.5"),
        command="cargo fmt -- --check",
    )
    assert tried((vain,), CHECK).reason == Reason.FIX_TIME
    assert tried((vain,), CHECK).price is None
    problem = Problem(reason=Reason.NO_FIXER, text="Nobody.")
    assert given_up(problem) == Tried(fixer="", reason=Reason.NO_FIXER, text="Nobody.")
    assert given_up(problem, CHECK).command == "cargo fmt -- --check"
    assert shown(("sh", "-c", "make fmt && make lint")) == "make fmt && make lint"
