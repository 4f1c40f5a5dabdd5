"""What a diff tells is undone on the files: whatever it hides, invents or leaves out is found."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.reasons import Reason
from bot.decisions.model import Standing
from bot.supervision.fixing.guarding import guard
from bot.supervision.fixing.guards.diffing import DiffError, read_diff
from bot.supervision.fixing.guards.model import GuardTerms
from bot.supervision.fixing.guards.rebuilding import rebuild
from bot.supervision.fixing.model import Patch, PatchedFile
from tests.support.patches import Edit, blob, patch_of

if TYPE_CHECKING:
    from pathlib import Path

# Names and contents that are hard to tell: what git does with them, no table says as well as git.
BEFORE = {
    "plain": b"one\ntwo\n",
    "ends": b"x\r\ny\x0cq\r\nz",
    "empty": b"",
    "filled": b"one\n",
    "gone": b"1\n2",
    "with space": b"a\n",
    "\u00fcml\u00e4ut": b"a\n",
    "dashes": b"-- a\n++ b\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
    "same": b"same\n",
}
AFTER = {
    "plain": b"one\n2\n",
    "ends": b"x\r\ny\x0cqq\r\nz\n",
    "empty": b"now\n",
    "filled": b"",
    "with space": b"b\n",
    "\u00fcml\u00e4ut": b"b",
    "dashes": b"++ b\n-- a\n@@ -1 +1 @@\n--- a/x\n",
    "same": b"same\n",
    "new": b"n",
    "new and empty": b"",
    'tab\tand "quotes"\\': b"t\n",
}


def git(folder: Path, *arguments: str) -> bytes:
    call = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(call, cwd=folder, check=True, capture_output=True, timeout=60).stdout


def test_what_git_writes(tmp_path: Path) -> None:
    """Of each change that git tells, what was there before is rebuilt to the byte."""
    git(tmp_path, "init", "--quiet")
    for name, content in BEFORE.items():
        (tmp_path / name).write_bytes(content)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Before")
    for name in BEFORE.keys() - AFTER.keys():
        (tmp_path / name).unlink()
    for name, content in AFTER.items():
        (tmp_path / name).write_bytes(content)
    git(tmp_path, "add", "--all")
    diff = git(tmp_path, "diff", "--cached", "--full-index", "--no-renames", "--text").decode()
    names = {name for name in BEFORE.keys() | AFTER.keys() if BEFORE.get(name) != AFTER.get(name)}
    files = tuple(
        PatchedFile(
            path=name,
            old_mode="100644" if name in BEFORE else "",
            new_mode="100644" if name in AFTER else "",
            size=len(AFTER.get(name, b"")),
            content=AFTER.get(name),
        )
        for name in sorted(names)
    )
    rebuilt = rebuild(
        Patch(files=files, diff=diff), {name: blob(content) for name, content in BEFORE.items()}
    )
    assert rebuilt.problem == ""
    assert {change.path: change.before for change in rebuilt.changes} == {
        name: BEFORE[name].decode() if name in BEFORE else None for name in names
    }


lines = st.lists(
    st.sampled_from(["a\n", "b\n", "-c\n", "+d\n", "@@ -1 +1 @@\n", "\\ x\n", "\n", " \n", "\r\n"]),
    max_size=12,
)
texts = st.tuples(lines, st.sampled_from(["", "end"])).map(lambda both: "".join(both[0]) + both[1])


@settings(max_examples=150, deadline=None)
@given(before=st.none() | texts, after=st.none() | texts)
def test_any_change_is_undone(before: str | None, after: str | None) -> None:
    """Whatever became of a file, its former content is rebuilt."""
    if before is None and after is None:
        return
    rebuilt = rebuild(patch_of({"file": (before, after)}), None)
    assert rebuilt.problem == ""
    assert [(change.before, change.after) for change in rebuilt.changes] == [(before, after)]


GOOD = patch_of(
    {"a.py": ("one\ntwo\nthree\n", "one\n2\nthree\n"), "b.py": ("x\n", None), "c.py": (None, "y\n")}
)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(GOOD.diff) - 1), sign=st.sampled_from(["", "x", "\n", "+", "-", " ", "0"]))
def test_no_diff_that_was_changed_is_believed(at: int, sign: str) -> None:
    """A diff of which one sign is another tells the same, or is refused; nothing else is ever rebuilt."""
    forged = replace(GOOD, diff=GOOD.diff[:at] + sign + GOOD.diff[at + 1 :])
    rebuilt = rebuild(forged, None)
    sound = rebuild(GOOD, None)
    told = [(change.path, change.before, change.after) for change in rebuilt.changes]
    assert rebuilt.problem or told == [(change.path, change.before, change.after) for change in sound.changes]


def forged(old: str, new: str) -> Patch:
    assert old in GOOD.diff
    return replace(GOOD, diff=GOOD.diff.replace(old, new, 1))


ONE = "diff --git a/a b/a\nindex 1234567..1234567\n--- a/a\n+++ b/a\n"


@pytest.mark.parametrize(
    "patch",
    [
        replace(GOOD, diff=""),
        replace(GOOD, diff="hello\n"),
        replace(GOOD, diff=GOOD.diff + GOOD.diff),
        replace(GOOD, files=GOOD.files[:2]),
        forged("-two\n", "-too\n"),
        forged("+2\n", "+3\n"),
        forged("@@ -1,3 +1,3 @@", "@@ -1,3 +2,3 @@"),
        forged("--- a/a.py", "--- a/other.py"),
        forged("diff --git a/a.py b/a.py", "diff --git a/a.py b/b.py"),
        forged("deleted file mode 100644", "rename from z"),
        replace(patch_of({"a": (None, "y\n")}), diff="diff --git a/a b/a\nnew file mode 100644\n"),
    ],
)
def test_what_does_not_fit_is_not_judged(patch: Patch) -> None:
    """What the diff hides could be anything, so the change is refused as one that nobody can read."""
    conditions = {one.name: one for one in guard(patch, GuardTerms(files=20, lines=400))}
    assert (conditions["diff"].standing, conditions["diff"].reason) == (Standing.UNKNOWN, Reason.FIX_BROKEN)


@pytest.mark.parametrize(
    "diff",
    [
        ONE + "@@ -1,2 +1,2 @@\n x\n",
        ONE + "@@ -1 +1 @@\n?x\n",
        ONE + "@@ -2 +1 @@\n-x\n y\n",
        ONE + "\\ No newline at end of file\n",
        'diff --git "a/x b/a\n',
    ],
)
def test_broken_diffs(diff: str) -> None:
    """A diff that ends too soon, or counts wrongly, is none."""
    with pytest.raises(DiffError):
        read_diff(diff)


def test_another_base() -> None:
    """A change of files that GitHub has with another content is a change of something else."""
    blobs = {"a.py": blob("one\ntwo\nthree\n"), "b.py": blob("x\n")}
    assert rebuild(GOOD, blobs).problem == ""
    assert (
        rebuild(GOOD, blobs | {"c.py": blob("there\n")}).problem == "c.py was not what the diff says it was"
    )
    assert rebuild(GOOD, {"b.py": blob("x\n")}).problem == "a.py was not what the diff says it was"


def test_what_is_new_had_nothing() -> None:
    """A file that is told as new, by a diff that knows its former content, is not believed."""
    patch = patch_of({"a": ("x\n", "y\n")})
    lying = replace(patch, files=(replace(patch.files[0], old_mode=""),))
    assert rebuild(lying, None).problem == "a is new, and the diff says what was in it"


def test_binary_files_are_left_out() -> None:
    """What is no text is not rebuilt; that it is none is a finding of its own."""
    patch = patch_of({"a.bin": Edit(before=b"\xff\0", after=b"\xfe\0")})
    assert rebuild(patch, None).changes == ()
