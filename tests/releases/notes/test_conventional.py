"""What a commit's message says."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.merging import Bump
from bot.releases.notes.conventional import read_message

if TYPE_CHECKING:
    from collections.abc import Sequence

GIT_CLIFF = Path(sys.executable).with_name("git-cliff")

# https://www.conventionalcommits.org/en/v1.0.0/#examples, CC BY 3.0
EXTENDS = "`extends` key in config file is now used for extending other config files"
EXAMPLES: tuple[tuple[str, str, str, str, str | None], ...] = (
    (
        f"feat: allow provided config object to extend other configs\n\nBREAKING CHANGE: {EXTENDS}",
        "feat",
        "",
        "allow provided config object to extend other configs",
        EXTENDS,
    ),
    (
        "feat!: send an email to the customer when a product is shipped",
        "feat",
        "",
        "send an email to the customer when a product is shipped",
        "send an email to the customer when a product is shipped",
    ),
    (
        "feat(api)!: send an email to the customer when a product is shipped",
        "feat",
        "api",
        "send an email to the customer when a product is shipped",
        "send an email to the customer when a product is shipped",
    ),
    (
        "chore!: drop support for Node 6\n\nBREAKING CHANGE: use JavaScript features not available in Node 6.",
        "chore",
        "",
        "drop support for Node 6",
        "use JavaScript features not available in Node 6.",
    ),
    ("docs: correct spelling of CHANGELOG", "docs", "", "correct spelling of CHANGELOG", None),
    ("feat(lang): add Polish language", "feat", "lang", "add Polish language", None),
)


@pytest.mark.parametrize(("text", "kind", "scope", "description", "breaking"), EXAMPLES)
def test_examples(text: str, kind: str, scope: str, description: str, breaking: str | None) -> None:
    """The specification's own examples are read as it means them."""
    read = read_message(text)
    assert (read.type, read.scope, read.description, read.breaking) == (kind, scope, description, breaking)


def test_many_footers() -> None:
    """A body of several paragraphs is followed by footers, whose values may have blank lines."""
    read = read_message(
        "fix: prevent racing of requests\n\nIntroduce a request id.\n\nDismiss other responses.\n\n"
        "Reviewed-by: Z\nRefs: #123\nCo-authored-by: A\n of B\n\n and C"
    )
    assert read.body == "Introduce a request id.\n\nDismiss other responses."
    told = [(footer.token, footer.value) for footer in read.footers]
    assert told == [("Reviewed-by", "Z"), ("Refs", "#123"), ("Co-authored-by", "A\n of B\n\n and C")]


@pytest.mark.parametrize(
    ("text", "bump"),
    [
        ("fix: a", Bump.PATCH),
        ("FIX: a", Bump.PATCH),
        ("fix:a", Bump.PATCH),
        ("perf: a", Bump.PATCH),
        ("revert: a", Bump.PATCH),
        ('Revert "feat: a"', Bump.PATCH),
        ("feat: a", Bump.MINOR),
        ('Reapply "feat: a"', Bump.MINOR),
        ('Revert "Revert "feat: a (#7)"" (#9)', Bump.MINOR),
        ("feat(api/v2, web): a", Bump.MINOR),
        ("docs: a", None),
        ("docs!: a", Bump.MAJOR),
        ("Add a thing", None),
        ("feat : a", None),
        ("feat(): a", None),
        ("feat(a)(b): a", None),
        ("std::move twice", None),
        ("feat:", None),
        ("", None),
        ("Add a thing\n\nBREAKING CHANGE: it breaks", Bump.MAJOR),
        ("fix: a\nBREAKING-CHANGE: without a blank line", Bump.MAJOR),
        ("fix: a\r\n\r\nBREAKING CHANGE: other line ends", Bump.MAJOR),
        ("fix: a\n\nBREAKING CHANGE:no space", Bump.MAJOR),
        ("fix: a\n\nBREAKING CHANGE #12", Bump.MAJOR),
        ("fix: a\n\nbreaking change: in small letters it is no token", Bump.PATCH),
        ("fix: a\n\nThis is no BREAKING CHANGE: it is within a line", Bump.PATCH),
    ],
)
def test_bump(text: str, bump: Bump | None) -> None:
    """Features ask for a minor version, fixes for a patch, what breaks for a major one: of any type, in any form."""
    assert read_message(text).bump is bump


def test_squashed() -> None:
    """The number that GitHub writes behind a squashed title is no part of it."""
    read = read_message("feat(api): add it (#7) (#12)")
    assert (read.number, read.description, read.title) == (12, "add it (#7)", "feat(api): add it (#7)")
    assert read_message("feat: add (#x)").number is None


@pytest.mark.parametrize(
    ("text", "shas", "number", "description"),
    [
        ('Revert "feat: a"\n\nThis reverts commit 1234567890abcdef.', ("1234567890abcdef",), None, "feat: a"),
        ('Revert "feat: a (#7)" (#12)\n\nReverts acme/rocket#7', (), 7, "feat: a"),
        ("revert: a\n\nRefs: 676104e, a215868", ("676104e", "a215868"), None, "a"),
        ("fix: a\n\nRefs: 676104e", (), None, "a"),
        ('Revert "feat: a"\n\nIt broke main, Reverts acme/rocket#7 says all', (), None, "feat: a"),
    ],
)
def test_reverted(text: str, shas: tuple[str, ...], number: int | None, description: str) -> None:
    """What a message takes back is read as git, GitHub and the specification write it."""
    read = read_message(text)
    assert (read.reverted_shas, read.reverted_number, read.description) == (shas, number, description)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Whatever a message holds, it is read, and a type is always one word."""
    read = read_message(text)
    assert read.type == read.type.lower()
    assert "\n" not in read.title


@pytest.mark.parametrize("sign", [" ", "(#1)", "a(", ":", "\n", 'Revert "', "fix #", "\t"])
def test_long_text(sign: str) -> None:
    """However long a message is, and of whatever, it is read at once."""
    long = sign * 200_000
    assert read_message(f"a{long}b\n{long}b").type == ""
    assert len(read_message(f"feat: {long}x").description) <= 1_000


def _messages() -> list[str]:
    chosen = random.Random(20)  # noqa: S311 - the same every time
    choices = (
        ["feat", "fix", "FEAT", "Docs", "build-x", "chore", "revert"],
        ["", "(api)", "(a b)", "(a/b,c)"],
        ["", "!"],
        [": ", ":", ":  "],
        ["add it", "x: y", "ümlaut ✓", "fix: nested"],
        ["", "\n\nBody.", "\n\nTwo\nlines\n\nand more.", "\n\nNote: this reads as a footer", "\n\nsee #12"],
        [
            "",
            "\n\nRefs: #1",
            "\n\nReviewed-by: Z\nRefs #133",
            "\n\nBREAKING CHANGE: it breaks",
            "\n\nBREAKING-CHANGE: it breaks\n  much",
            "\n\nbreaking change: small",
            "\n\nSigned-off-by: A <a@b>\n\nBREAKING CHANGE: after\n\nblank",
            "\n\nBREAKING CHANGE:no space",
            "\n\nKey:   spaced value",
        ],
    )
    made = {"".join(chosen.choice(choice) for choice in choices) for _ in range(700)}
    return sorted(made)


def _history(directory: Path, messages: Sequence[str]) -> None:
    stream = b""
    for index, message in enumerate(messages, start=1):
        raw = message.encode()
        stream += b"commit refs/heads/main\nmark :%d\ncommitter a <a@b> %d +0000\n" % (index, 10**9 + index)
        stream += b"data %d\n%s\n" % (len(raw), raw)
    subprocess.run(["git", "init", "-q", "-b", "main", directory], check=True)
    subprocess.run(["git", "-C", directory, "fast-import", "--quiet"], input=stream, check=True)


def test_git_cliff_agrees(tmp_path: Path) -> None:
    """Another program of the field reads the same out of every well-formed message."""
    messages = _messages()
    _history(tmp_path, messages)
    policy = tmp_path / "cliff.toml"
    policy.write_text("[git]\nconventional_commits = true\nfilter_unconventional = false\n")
    done = subprocess.run(
        [GIT_CLIFF, "--context", "--offline", "--config", policy],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    theirs = {one["raw_message"]: one for part in json.loads(done.stdout) for one in part["commits"]}
    compared = [message for message in messages if message in theirs]
    assert len(compared) == len(messages) > 500
    for message in compared:
        assert _told(message) == _told_by(theirs[message]), message


def _told(message: str) -> tuple[object, ...]:
    read = read_message(message)
    footers = [(footer.token, footer.value) for footer in read.footers]
    return read.scope, read.description, read.body, read.breaking is not None, footers


def _told_by(theirs: dict[str, Any]) -> tuple[object, ...]:
    footers = [(footer["token"], footer["value"]) for footer in theirs["footers"]]
    return theirs["scope"] or "", theirs["message"], theirs["body"] or "", theirs["breaking"], footers
