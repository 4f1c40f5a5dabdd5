"""What is said of an agent's work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config.supervising import Conduct
from bot.supervision.work.model import Hindrance, Outgoing, Tended
from bot.supervision.work.words import (
    HINDERED,
    committed,
    hindered,
    kept_here,
    many,
    message,
    named,
    pushed,
    shown,
    together,
    would_commit,
    would_push,
)

OUTGOING = Outgoing(branch="a1", head="", address="", known="", count=1, size=9, bases=())


def test_every_hindrance_is_told_but_those_that_are_nobodys_concern() -> None:
    everything = dict.fromkeys(Hindrance, (b"a",))
    told = hindered(everything)
    assert len(told) == len(HINDERED) == len(Hindrance) - 2
    assert told[0] == "Not committed, because it is a repository of its own: `a`."
    assert hindered({Hindrance.FRESH: (b"a",), Hindrance.UNTRACKED: (b"b",), Hindrance.LINK: ()}) == ()


def test_a_few_of_many_are_named() -> None:
    assert named([b"%d" % number for number in range(8)]) == "`0`, `1`, `2`, `3`, `4` and 3 more"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (b"a`b", "``a`b``"),
        (b"a\nb", "`a\\nb`"),
        (b"\xff", "`�`"),
        (b"<img src=x>@everyone", "`<img src=x>@everyone`"),
        (b"a" * 200, f"`…{'a' * 120}`"),
    ],
)
def test_a_path_is_shown_whatever_it_is(path: bytes, text: str) -> None:
    assert shown(path) == text


def test_a_commit_says_whose_files_it_holds() -> None:
    assert message("A1", [b"a", b"b"], timedelta(minutes=10)) == (
        "Commit 2 forgotten files\n\nNothing touched them in the work tree for 10 minutes.\n\n"
        "Forgotten-by: A1\nCommitted-by: Pilothouse\n"
    )
    assert "Nothing touched it in the work tree for a while." in message("A1", [b"a"], timedelta(0))


def test_what_was_committed_is_told() -> None:
    assert committed([b"a"], "a1", waiting=0) == "1 forgotten file was committed to `a1`: `a`."
    assert committed([b"a", b"b"], "a1", waiting=3) == (
        "2 forgotten files were committed to `a1`: `a`, `b`. 3 more follow with the next commit."
    )
    assert many(51) == "51 files lie still and have no commit; more than 50 are not committed."


@pytest.mark.parametrize(
    ("conduct", "files", "commits"),
    [
        (Conduct.OBSERVE, "2 forgotten files: `a`, `b`.", "1 commit of `a1` is not pushed."),
        (
            Conduct.SUGGEST,
            "2 forgotten files would be committed to `a1`: `a`, `b`.",
            "1 commit of `a1` would be pushed.",
        ),
    ],
)
def test_what_would_be_done_is_told(conduct: Conduct, files: str, commits: str) -> None:
    assert would_commit([b"a", b"b"], "a1", conduct) == files
    assert would_push(OUTGOING, conduct) == commits


def test_what_was_pushed_is_told() -> None:
    assert pushed(OUTGOING) == "1 commit of `a1` was pushed."


def test_what_is_kept_is_told_after_what_was_done() -> None:
    assert kept_here("", "No.", text="Done.", head="b") == Tended(text="Done. No.", head="b", kept=("No.",))
    assert kept_here("") == Tended()


def test_the_same_trouble_is_told_once() -> None:
    both = Tended(text="No tree.", kept=("No tree.",))
    assert together((both, both)) == both
    done = Tended(text="Pushed.", head="b", pushed=2, suggested=("c",))
    assert together((Tended(text="Done. No.", committed=("a",), kept=("No.",)), done)) == Tended(
        text="Done. No. Pushed.", head="b", pushed=2, committed=("a",), kept=("No.",), suggested=("c",)
    )
