"""What the programs beside a work tree say, and what is made of it."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.work.model import Content, Forgotten, Kept, Listed, Outgoing
from bot.supervision.work.reading import (
    kept,
    read_contents,
    read_glances,
    read_listed,
    read_outgoing,
    read_push,
)

SHA, OLD = "a" * 40, "b" * 40
OUTGOING = Outgoing(
    branch="a1", head=SHA, address="git@github.com:acme/rocket.git", known=OLD, count=2, size=9, bases=(OLD,)
)
FILE = f"{stat.S_IFREG | 0o644:x} 1 9 40 60 "  # mode, links, bytes, written, touched


def said(*lines: str, code: int = 0, err: str = "") -> Result:
    """This function will make what a program said."""
    return Result(code=code, out="".join(f"{line}\n" for line in lines), err=err)


def test_commits_are_to_be_pushed() -> None:
    answer = said("outgoing", "a1", SHA, OUTGOING.address, OLD, "2", "9", f"{OLD} ")
    assert read_outgoing(answer) == OUTGOING
    assert read_outgoing(answer, branch="a1") == OUTGOING
    other = Kept(text="Its work tree is on `a1` and not on `a2`, so nothing was pushed.")
    assert read_outgoing(answer, branch="a2") == other
    assert read_outgoing(said("outgoing", "a1", SHA, "", "", "1", "9", "")) == Outgoing(
        branch="a1", head=SHA, address="", known="", count=1, size=9, bases=()
    )


def test_where_the_remote_has_all_it_is_known_what() -> None:
    assert read_outgoing(said("nothing", SHA)) == Kept(text="", head=SHA)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (said("nothing"), ""),
        (said("diverged"), "Its branch and the remote's have parted, so nothing was pushed."),
        (
            said("unreachable", "fatal: *no* host", f"{SHA} away"),
            "Its remote could not be reached, so nothing was pushed: fatal: \\*no\\* host away.",
        ),
        (said("unreadable"), "Git cannot read its work tree, so nothing is committed or pushed."),
        (said("outgoing", "a1"), "Its work tree could not be understood, so nothing was pushed."),
        (
            said("outgoing", "a1", SHA, "", "", "many", "9", ""),
            "Its work tree could not be understood, so nothing was pushed.",
        ),
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
    assert read_outgoing(answer) == Kept(text=text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (said(SHA), None),
        (said("warning: slow", SHA), None),
        (said("declined", OLD), "2 commits of `a1` could not be pushed: declined."),
        (said(OLD), "2 commits of `a1` could not be pushed (exit 0)."),
        (said("! [rejected]"), "2 commits of `a1` could not be pushed: ! \\[rejected\\]."),
        (said(), "2 commits of `a1` could not be pushed (exit 0)."),
        (Unknown(why="no word"), "2 commits of `a1` could not be pushed (no word)."),
    ],
)
def test_a_push_is_believed_by_what_the_remote_has(answer: Result | Unknown, text: str | None) -> None:
    assert read_push(answer, OUTGOING) == text


def test_files_are_listed_as_they_lie() -> None:
    states = "?? new\0 M old\0D  gone\0?? gone\0"
    lying = f"{FILE}new\0{FILE}old\0{FILE}gone\0"
    filters = "new\0filter\0unspecified\0old\0filter\0lfs\0gone\0filter\0unset\0"
    packed = f"{states}\0{lying}\0{filters}".encode()
    found = read_listed(said("listed", "a1", SHA, "100", "9", "packed"), packed)
    assert isinstance(found, Listed)
    assert (found.branch, found.head) == ("a1", SHA)
    new = Forgotten(path=b"new", status="??", mode=stat.S_IFREG | 0o644, links=1, size=9, still=40)
    assert found.files[0] == new
    assert [(one.path, one.status, one.filter) for one in found.files[1:]] == [
        (b"old", "M", "lfs"),
        (b"gone", "D??", ""),
    ]


@pytest.mark.parametrize(
    ("first", "packed", "text"),
    [
        (said("clean"), None, ""),
        (said("many", "1234"), None, "1,234 files have no commit, which are too many to commit any."),
        (
            said("listed", "a1", SHA, "100", "9"),
            None,
            "Its files changed while they were listed, so nothing was committed.",
        ),
        (
            said("listed", "a1", SHA, "100", "9"),
            b"?? new\0",
            "Its work tree could not be understood, so nothing was committed.",
        ),
        (
            said("listed", "a1"),
            b"\0\0",
            "Its work tree could not be understood, so nothing was committed.",
        ),
    ],
)
def test_why_files_are_not_known_is_told(first: Result, packed: bytes | None, text: str) -> None:
    assert read_listed(first, packed) == Kept(text=text)


def test_what_git_would_commit_is_read() -> None:
    changes = f":000000 100644 {OLD} {SHA} A\0a\nb\0:100644 100755 {OLD} {SHA} M\0c\0\0"
    blobs = f"{SHA} blob 4\none\n\n{SHA} blob 0\n\n"
    assert read_contents((changes + blobs).encode()) == (
        Content(path=b"a\nb", mode="100644", sha=SHA, content=b"one\n"),
        Content(path=b"c", mode="100755", sha=SHA, content=b""),
    )
    assert read_contents(b"\0") == ()
    gone = f":100644 000000 {OLD} {'0' * 40} D\0a\0\0"
    assert read_contents(gone.encode()) == ()


CHANGE = f":0 1 {OLD} {SHA} A\0a\0\0"


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "a\0b\0\0",
        CHANGE,
        f"{CHANGE}{SHA} missing\n",
        f"{CHANGE}{OLD} blob 1\n1\n",
        f"{CHANGE}{SHA} tree 1\n1\n",
    ],
)
def test_what_cannot_be_read_whole_is_not_taken_for_little(packed: str) -> None:
    assert read_contents(packed.encode()) is None
    assert read_contents(None) is None


@given(st.binary(), st.text())
def test_whatever_is_said_is_read(packed: bytes, out: str) -> None:
    answer = Result(code=0, out=f"listed\na1\n{SHA}\n{out}", err="")
    assert isinstance(read_listed(answer, packed), Kept | Listed)
    assert isinstance(read_outgoing(Result(code=0, out=out, err="")), Kept)
    read_contents(packed)
    read_glances(answer, ("/a",))


def test_how_trees_look() -> None:
    answer = said(
        f"1 {SHA} 0 0",
        f"0 {SHA} 1 0",
        f"2 {SHA} 0 5.7",
        "3 default",
        "4 silent",
        "5 nothing",
        f"6 {SHA} 0 slow",
        "9 x",
    )
    folders = tuple("abcdefg")
    assert read_glances(answer, folders) == {
        "a": f"{SHA} 1 0",
        "b": "",
        "c": f"{SHA} 0 5.7",
        "d": "default",
        "f": "",
        "g": f"{SHA} 0 slow",
    }


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (said("locked", "599"), "Something works in its git index, so nothing was committed."),
        (said("locked"), "Something works in its git index, so nothing was committed."),
        (
            said("locked", "7200"),
            (
                "Something works in its git index, so nothing was committed. It has been so for 120 minutes: if no git "
                "runs there, delete `index.lock`."
            ),
        ),
    ],
)
def test_a_lock_that_was_left_behind_is_told_to_be_one(answer: Result, text: str) -> None:
    assert kept(answer, "committed").text == text


def test_what_was_done_meanwhile_is_told() -> None:
    assert kept(said("moved"), "committed").text == "Its branch moved on meanwhile, so nothing was committed."
