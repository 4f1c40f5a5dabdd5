"""Three-way merges of trees, held against what git makes of the same."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.localhub.state.merging.trees import merge_trees

if TYPE_CHECKING:
    from pathlib import Path

TEN = b"".join(b"line %d\n" % number for number in range(10))
FIRST = TEN.replace(b"line 0", b"first")
LAST = TEN.replace(b"line 9", b"last")
BOTH = FIRST.replace(b"line 9", b"last")
OTHER = TEN.replace(b"line 0", b"other")

CASES: dict[str, tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes], dict[str, bytes] | None]] = {
    "both add": ({}, {"a": b"1"}, {"b": b"2"}, {"a": b"1", "b": b"2"}),
    "both add the same": ({}, {"a": b"1\n"}, {"a": b"1\n"}, {"a": b"1\n"}),
    "both add otherwise": ({}, {"a": b"1\n"}, {"a": b"2\n"}, None),
    "one changes": ({"a": TEN}, {"a": TEN}, {"a": LAST}, {"a": LAST}),
    "the other changes": ({"a": TEN}, {"a": FIRST}, {"a": TEN}, {"a": FIRST}),
    "both change far apart": ({"a": TEN}, {"a": FIRST}, {"a": LAST}, {"a": BOTH}),
    "both change the same way": ({"a": TEN}, {"a": FIRST}, {"a": FIRST}, {"a": FIRST}),
    "both change one line": ({"a": TEN}, {"a": FIRST}, {"a": OTHER}, None),
    "one deletes": ({"a": TEN, "b": b"1\n"}, {"b": b"1\n"}, {"a": TEN, "b": b"1\n"}, {"b": b"1\n"}),
    "both delete": ({"a": TEN}, {}, {}, {}),
    "deleted and changed": ({"a": TEN}, {}, {"a": FIRST}, None),
    "binary changed by both": ({"a": b"\0a"}, {"a": b"\0b"}, {"a": b"\0c"}, None),
    "binary changed by one": ({"a": b"\0a"}, {"a": b"\0a"}, {"a": b"\0c"}, {"a": b"\0c"}),
    "renamed and changed": ({"a": TEN}, {"b": TEN}, {"a": LAST}, {"b": LAST}),
    "changed and renamed": ({"a": TEN}, {"a": FIRST}, {"b": TEN}, {"b": FIRST}),
    "renamed with a change and changed": ({"a": TEN}, {"b": FIRST}, {"a": LAST}, {"b": BOTH}),
    "renamed by both alike": ({"a": TEN}, {"b": TEN}, {"b": TEN}, {"b": TEN}),
    "renamed by both apart": ({"a": TEN}, {"b": TEN}, {"c": TEN}, None),
    "renamed and deleted": ({"a": TEN}, {"b": TEN}, {}, None),
    "deleted and renamed": ({"a": TEN}, {}, {"b": TEN}, None),
    "renamed onto what the other added": ({"a": TEN}, {"b": TEN}, {"a": TEN, "b": b"new\n"}, None),
    "renamed where it is empty": ({"a": b""}, {"b": b""}, {"a": b""}, {"b": b""}),
    "a file where the other made a folder": ({}, {"a": b"1\n"}, {"a/b": b"2\n"}, None),
    "no newline at the end": ({"a": b"1\n2\n3"}, {"a": b"0\n2\n3"}, {"a": b"1\n2\n4"}, {"a": b"0\n2\n4"}),
}


@pytest.mark.parametrize("case", CASES)
def test_trees_come_together_as_the_table_says(case: str) -> None:
    """What conflicts names its files; what does not has them all."""
    base, ours, theirs, expected = CASES[case]
    made = merge_trees(base, ours, theirs)
    if expected is None:
        assert made.conflicts
    else:
        assert (made.files, made.conflicts) == (expected, ())


def test_both_sides_of_a_conflict_name_its_file() -> None:
    base, ours, theirs = {"a": TEN, "b": TEN}, {"a": FIRST, "b": TEN}, {"a": OTHER, "b": LAST}
    assert merge_trees(base, ours, theirs).conflicts == ("a",)


def test_many_strangers_are_no_renames() -> None:
    """Beyond a number of pairs only exact copies count."""
    base = {f"old{number}": b"%d\n" % number for number in range(30)}
    theirs = {f"new{number}": b"%d\n" % (number + 100) for number in range(30)}
    assert merge_trees(base, base, theirs).files == theirs


_TREES = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.lists(st.sampled_from([b"x\n", b"y\n", b"z\n"]), min_size=1, max_size=4).map(b"".join),
    max_size=2,
)


@given(_TREES, _TREES)
def test_a_side_that_changed_nothing_gives_way(base: dict[str, bytes], other: dict[str, bytes]) -> None:
    for ours, theirs in ((base, other), (other, base), (other, other)):
        made = merge_trees(base, ours, theirs)
        assert (made.files, made.conflicts) == (other, ())


@given(_TREES, _TREES, _TREES)
@settings(max_examples=200)
def test_the_sides_may_change_places(
    base: dict[str, bytes], ours: dict[str, bytes], theirs: dict[str, bytes]
) -> None:
    one, other = merge_trees(base, ours, theirs), merge_trees(base, theirs, ours)
    assert bool(one.conflicts) is bool(other.conflicts)
    if not one.conflicts:
        assert one.files == other.files


def _git(place: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
    environment = {**os.environ, **dict.fromkeys(names, "ada@example.test"), "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(["git", *command], cwd=place, env=environment, capture_output=True, check=False)


def _write(place: Path, files: dict[str, bytes]) -> None:
    for known in _git(place, "ls-files", "-z").stdout.decode().split("\0"):
        if known:
            (place / known).unlink()
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    _git(place, "add", "--all")
    _git(place, "commit", "--allow-empty", "--quiet", "--message", "x")


@pytest.mark.parametrize("case", CASES)
def test_git_makes_the_same_of_them(tmp_path: Path, case: str) -> None:
    """The table is git's: its own merge of the same trees ends the same way."""
    base, ours, theirs, expected = CASES[case]
    _git(tmp_path, "init", "--quiet", "--initial-branch=main")
    _write(tmp_path, base)
    _git(tmp_path, "branch", "topic")
    _write(tmp_path, ours)
    _git(tmp_path, "checkout", "--quiet", "topic")
    _write(tmp_path, theirs)
    _git(tmp_path, "checkout", "--quiet", "main")
    merged = _git(tmp_path, "merge", "--quiet", "--no-edit", "topic")
    assert (merged.returncode == 0) is (expected is not None), merged.stdout
    if expected is not None:
        paths = [path for path in _git(tmp_path, "ls-files", "-z").stdout.decode().split("\0") if path]
        assert {path: (tmp_path / path).read_bytes() for path in paths} == expected
