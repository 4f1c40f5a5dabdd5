"""The form, the size, the dependencies and the secrets of a fix."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.commands.reasons import Reason
from bot.config.supervising import FixConfig
from bot.decisions.model import Outcome, conclude
from bot.supervision.fixing.guarding import guard, terms_of
from bot.supervision.fixing.guards.model import GuardTerms
from bot.supervision.fixing.model import Patch
from tests.support.guards import TERMS, broken_rules
from tests.support.patches import Edit, blob, patch_of

TOKEN = "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz"
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MhgwMbRvI0MBZhpA\n" * 3
)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(before="x\n", after="/etc/passwd", new_mode="120000"), "is a link"),
        (Edit(before="x\n", after="y\n", old_mode="120000"), "is a link"),
        (Edit(after="0" * 40, new_mode="160000"), "is a submodule"),
        (Edit(after="x", new_mode="040000"), "is a folder"),
        (Edit(after="x", new_mode="100664"), "has the mode `100664`"),
        (Edit(before="x\n", after="x\n", new_mode="100755"), "changes its mode from `100644` to `100755`"),
        (Edit(after="#!/bin/sh\n", new_mode="100755"), "is new and a program"),
        (Edit(before="x\n", after=b"\xff\xfe\n"), "is not UTF-8 text"),
        (Edit(after=b"PK\0\0"), "is not UTF-8 text"),
        (Edit(before="x = 1\n", after="x = 1  # \u202egnihton\n"), "gets signs that nobody sees"),
        (Edit(after="admin\u200b = 1\n"), "gets signs that nobody sees"),
    ],
)
def test_no_plain_text(edit: Edit, why: str) -> None:
    """A link, a submodule, a program, a binary file, and text that is not what it looks like are no fixes."""
    assert why in broken_rules({"src/a.py": edit})["form"]


def test_text_of_the_world() -> None:
    """Letters of all languages are text; signs that stood there before are nobody's fault."""
    assert broken_rules({"a.md": ("\ufeffGrüße, 世界 🚀\n", "\ufeffGrüße, 世界! 🚀\n")}) == {}
    assert (
        broken_rules({"run.sh": Edit(before="x\n", after="y\n", old_mode="100755", new_mode="100755")}) == {}
    )


@pytest.mark.parametrize(
    ("terms", "edits"),
    [
        (GuardTerms(files=1, lines=9), {"a": ("x\n", "y\n"), "b": ("x\n", "y\n")}),
        (GuardTerms(files=9, lines=3), {"a": ("x\nx\n", "y\ny\n")}),
        (GuardTerms(files=9, lines=3), {"a": (None, "y\n" * 4)}),
        (GuardTerms(files=9, lines=3), {"a": ("y\n" * 4, None)}),
    ],
)
def test_too_large(terms: GuardTerms, edits: dict[str, Edit | tuple[str | None, str | None]]) -> None:
    """A change of more files or lines than a person would review at a glance is none of a fixer's."""
    patch = patch_of(edits)
    sizes = [one for one in guard(patch, terms) if one.name == "size"]
    assert [one.reason for one in sizes] == [Reason.FIX_TOO_LARGE]
    assert [one.name for one in guard(patch, GuardTerms(files=2, lines=4)) if one.is_open] == []


def test_lines_are_counted_again() -> None:
    """Counts that are told wrongly hide no lines that the diff adds."""
    patch = patch_of({"a": (None, "y\n" * 9)})
    lying = replace(patch, files=(replace(patch.files[0], added=0),))
    found = guard(lying, GuardTerms(files=1, lines=3))
    assert {one.reason for one in found if one.is_open} == {Reason.FIX_TOO_LARGE}


def test_a_file_that_was_not_read() -> None:
    """A file that is larger than any that is read cannot be judged, and is too large by that."""
    patch = patch_of({"a": (None, "y\n")})
    huge = Patch(files=(replace(patch.files[0], content=None, size=10_000_000_000),), diff=patch.diff)
    found = {one.name: one for one in guard(huge, TERMS)}
    assert found["size"].reason == Reason.FIX_TOO_LARGE
    assert "`a` alone has 10000000000 bytes" in found["size"].text


@pytest.mark.parametrize(
    "edits",
    [
        {"a.py": ("x = 1\n", f"x = 1\ntoken = '{TOKEN}'\n")},
        {"a.py": (None, KEY)},
        {"a.py": (f"{KEY[:60]}\n", KEY)},
        {"a.bin": Edit(after=b"\0\xff" + TOKEN.encode() + b"\0")},
        {f"{TOKEN}.txt": (None, "x\n")},
        # put together out of what was there and what is added
        {"a.py": ("x = '" + TOKEN[:20] + "'\n", "x = '" + TOKEN + "'\n")},
    ],
)
def test_secrets(edits: dict[str, Edit | tuple[str | None, str | None]]) -> None:
    """A secret is found wherever it stands, and never repeated."""
    said = broken_rules(edits)
    assert "secrets" in said
    assert TOKEN not in "".join(said.values())


def test_a_secret_that_was_published_long_ago() -> None:
    """What stood there before, as an example in a test, is not what this change gives away."""
    assert "secrets" not in broken_rules({"a.py": (f"{TOKEN}\nx = 1\n", f"{TOKEN}\nx = 2\n")})


LOCK = """\
[[package]]
name = "rocket"
version = "1.0.0"

[[package]]
name = "serde"
version = "1.0.1"
source = "registry"
"""


@pytest.mark.parametrize(
    ("path", "before", "after", "is_same"),
    [
        ("Cargo.toml", '[dependencies]\na="1"\n', '[dependencies]\na = "1"\n', True),
        ("Cargo.toml", '[dependencies]\na="1"\n', '[dependencies]\na = "1"\nb = "2"\n', False),
        ("Cargo.toml", "[lints.rust]\nunused = 'deny'\n", "[lints.rust]\nunused = 'allow'\n", False),
        ("pyproject.toml", "[tool.ruff]\nline-length=1\n", "[tool.ruff]\nline-length = 1\n", True),
        ("pyproject.toml", "[tool.ruff]\nignore=[]\n", "[tool.ruff]\nignore=['E']\n", False),
        ("pyproject.toml", "[broken\n", "[broken \n", False),
        ("package.json", '{"scripts":{"test":"jest"}}', '{\n  "scripts": {"test": "jest"}\n}\n', True),
        ("package.json", '{"scripts":{"test":"jest"}}', '{"scripts":{"test":"true"}}', False),
        ("package-lock.json", "[" * 100_000, "[" * 100_001, False),
        ("Cargo.lock", LOCK, LOCK.replace("1.0.0", "1.1.0"), True),
        ("Cargo.lock", LOCK, LOCK.replace("1.0.1", "1.0.2"), False),
        ("Cargo.lock", LOCK, LOCK.replace('"registry"', '"git+https://x"'), False),
        ("requirements-dev.txt", "a==1\n\nb==2 \n", "a==1\nb==2\n", True),
        ("requirements-dev.txt", "a==1\n", "a==1\nevil\n", False),
        ("go.sum", "a v1 h1:x=\n", "a v1 h1:y=\n", False),
        ("setup.py", "setup(name='a')\n", 'setup(name="a")\n', True),
        ("setup.py", "setup(name='a')\n", "import os\nsetup(name='a')\n", False),
        ("crates/a/build.rs", "fn main() {f( 1, );}\n", "fn main() {\n    f(1);\n}\n", True),
        ("crates/a/build.rs", "fn main() {}\n", "fn main() { evil(); }\n", False),
        ("Cargo.toml", None, "[package]\n", False),
        ("yarn.lock", "a\n", None, False),
    ],
)
def test_dependencies(path: str, before: str | None, after: str | None, *, is_same: bool) -> None:
    """Manifests and lock files may be laid out anew; what they say is for people to change."""
    assert ("dependencies" not in broken_rules({path: (before, after)})) == is_same


def test_nothing_changed() -> None:
    """A fixer that changed nothing fixed nothing."""
    decision = conclude("fix", guard(Patch(files=(), diff=""), TERMS))
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, Reason.FIX_WITHOUT_EFFECT)


def test_a_good_fix() -> None:
    """All rules are named with how they stand, and a plain fix meets them all."""
    patch = patch_of({"src/lib.rs": ("fn f() -> u32 { 1.0 }\n", "fn f() -> u32 { 1 }\n")})
    conditions = guard(patch, terms_of(FixConfig(), {"src/lib.rs": blob("fn f() -> u32 { 1.0 }\n")}))
    assert conclude("fix", conditions).outcome is Outcome.PROCEED
    names = ["secrets", "paths", "form", "diff", "size", "tests", "silences", "dependencies"]
    assert [one.name for one in conditions] == names


HOSTILE = (
    *(("tests/test_a.py", text) for text in ("assert ", "def test(", "#", "except ", '"""')),
    *(("src/lib.rs", text) for text in ("#[", 'r#"', '\\"', "#[test] ", "assert!(")),
    *(("src/a.test.ts", text) for text in ("it('", "`", "expect(", "catch(")),
    *(("a_test.go", text) for text in ("if x ", "t.Run(", "func Test")),
    *(("ATest.java", text) for text in ("@Test(", "@Test a ", "(")),
)


@pytest.mark.parametrize(("path", "text"), HOSTILE)
def test_hostile_text_is_read_in_time(path: str, text: str) -> None:
    """No text keeps the guards busy: as much as a fix may add is read in a moment, and more is not looked at."""
    begun = time.process_time()
    guard(patch_of({path: (None, text * (70_000 // len(text)))}), TERMS)
    found = guard(patch_of({path: (None, text * (600_000 // len(text)))}), TERMS)
    assert {one.name for one in found if one.is_open} >= {"size", "tests", "silences", "dependencies"}
    assert time.process_time() - begun < 20


def test_a_flood_of_lines() -> None:
    """A change of a million lines is refused before anybody reads it."""
    patch = patch_of({"a.py": (None, "x\n")})
    begun = time.process_time()
    found = guard(replace(patch, diff=patch.diff + "+\n" * 3_000_000), TERMS)
    assert {one.name for one in found if one.is_open} >= {"diff", "size", "tests"}
    assert time.process_time() - begun < 5
