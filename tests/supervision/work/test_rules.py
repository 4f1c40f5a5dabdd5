"""Which files may be committed, and where a secret is found."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.supervision.work.model import Content, Forgotten, Hindrance
from bot.supervision.work.rules import choose, hindrance_of, inspect, leaks
from tests.support.working import QUIET, TOKEN

FILE = Forgotten(path=b"a.py", status="??", mode=stat.S_IFREG | 0o644, links=1, size=9, still=600)


@pytest.mark.parametrize(
    ("change", "hindrance"),
    [
        ({}, None),
        ({"still": 599}, Hindrance.FRESH),
        ({"still": -5}, Hindrance.FRESH),  # by a clock that was set back
        ({"status": "M"}, None),
        ({"status": "A"}, None),
        ({"status": "D??"}, Hindrance.UNTRACKED),
        ({"mode": stat.S_IFDIR | 0o755}, Hindrance.NESTED),
        ({"mode": stat.S_IFLNK | 0o777}, Hindrance.LINK),
        ({"mode": stat.S_IFIFO | 0o644}, Hindrance.SPECIAL),
        ({"mode": stat.S_IFSOCK | 0o644}, Hindrance.SPECIAL),
        ({"mode": stat.S_IFCHR | 0o644}, Hindrance.SPECIAL),
        ({"links": 2}, Hindrance.SHARED),
        ({"size": 1_000_000}, None),
        ({"size": 1_000_001}, Hindrance.LARGE),
        ({"filter": "lfs"}, Hindrance.FILTERED),
    ],
)
def test_each_file_is_asked_in_turn(change: dict[str, object], hindrance: Hindrance | None) -> None:
    assert hindrance_of(replace(FILE, **change), quiet=QUIET) is hindrance  # type: ignore[arg-type] # rows of many types


SECRET_NAMES = """
.env a/.env.local .ENV id_rsa keys/id_ed25519 a.pem a.p12 secrets.yaml .aws/credentials credentials.json
terraform.tfstate .npmrc .git-credentials service-account-prod.json secret.json
"""
OTHER_NAMES = ".env.example .env.sample environment.py id_rsa.pub secrets.py keyboard.py monkey my.env.md"


@pytest.mark.parametrize("path", SECRET_NAMES.split())
def test_what_is_called_like_a_secret_stays(path: str) -> None:
    assert hindrance_of(replace(FILE, path=path.encode()), quiet=QUIET) is Hindrance.SECRET_NAME


@pytest.mark.parametrize("path", OTHER_NAMES.split())
def test_what_only_sounds_like_a_secret_does_not(path: str) -> None:
    assert hindrance_of(replace(FILE, path=path.encode()), quiet=QUIET) is None


def test_what_does_not_fit_into_one_commit_waits() -> None:
    files = [replace(FILE, path=b"%d" % number, size=900_000) for number in range(3)]
    choice = choose([*files, replace(FILE, links=2)], quiet=QUIET)
    assert ([file.path for file in choice.files], choice.waiting) == ([b"0", b"1"], 1)
    assert choice.hindered == {Hindrance.SHARED: (b"a.py",)}
    named = choose([replace(FILE, path=b"a" * 4000) for _ in range(6)], quiet=QUIET)
    assert (len(named.files), named.waiting) == (5, 1)


@given(st.lists(st.builds(replace, st.just(FILE), size=st.integers(0, 1_000_000), links=st.integers(1, 2))))
def test_every_file_is_chosen_or_waits_or_is_told(files: list[Forgotten]) -> None:
    choice = choose(files, quiet=timedelta(0))
    assert len(choice.files) + choice.waiting + sum(map(len, choice.hindered.values())) == len(files)


@pytest.mark.parametrize(
    ("content", "hindrance"),
    [
        (b"fine\n", None),
        ("é ü\n".encode("utf-16"), None),
        (b"\xff\xfe", None),
        (f"x = {TOKEN}".encode(), Hindrance.SECRET),
        (f"x = {TOKEN}".encode("utf-16"), Hindrance.SECRET),
        (f"\0{TOKEN}".encode(), Hindrance.SECRET),
        (b"\x7fELF\0", Hindrance.NOT_TEXT),
        (b"x" * 1_000_001, Hindrance.LARGE),  # it has grown since it was listed
    ],
)
def test_what_a_file_holds_is_looked_through(content: bytes, hindrance: Hindrance | None) -> None:
    assert inspect(Content(path=b"a", mode="100644", sha="", content=content)) is hindrance


def test_what_became_a_link_since_is_none_to_commit() -> None:
    assert inspect(Content(path=b"a", mode="120000", sha="", content=b"/etc/passwd")) is Hindrance.LINK


def test_a_name_can_be_the_secret() -> None:
    assert inspect(Content(path=TOKEN.encode(), mode="100644", sha="", content=b"")) is Hindrance.SECRET


CHANGE = "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n"


@pytest.mark.parametrize(
    ("changes", "is_leak"),
    [
        (f"{CHANGE}-old\n+{TOKEN}\n", True),
        (f"{CHANGE}-{TOKEN}\n+new\n", False),
        (f"{CHANGE}-{TOKEN}\n\\ No newline at end of file\n+new\n", False),
        (f"commit 1\n\n    - {TOKEN}\n", True),
        (f"{CHANGE}-old\ncommit 1\n\n    {TOKEN}\n", True),
        (f"{CHANGE.replace('@@ -1 +1 @@', '@@@ -1 -1 +1 @@@')}++{TOKEN}\n", True),
        (f"{CHANGE.replace('@@ -1 +1 @@', '@@@ -1 -1 +1 @@@')} -{TOKEN}\n", False),
        (f"{CHANGE}+--{TOKEN}\n", True),
        (f"diff --git a/{TOKEN} b/{TOKEN}\n", True),
        (f"{CHANGE}+a\r-{TOKEN}\r\n", True),
    ],
)
def test_only_what_is_added_is_looked_through(changes: str, *, is_leak: bool) -> None:
    assert leaks(changes.encode()) is is_leak


def test_a_key_of_many_lines_is_found() -> None:
    body = "".join(f"+{'Ab1' * 21}\n" for _ in range(5))
    key = f"+-----BEGIN RSA PRIVATE KEY-----\n{body}+-----END RSA PRIVATE KEY-----\n"
    assert leaks(f"{CHANGE}{key}".encode())


@pytest.mark.parametrize("before", [0, 65_500, 65_536, 200_000])
def test_a_secret_is_found_wherever_it_stands_in_a_long_text(before: int) -> None:
    lines = f"+{'word ' * 20}\n" * (before // 102)
    assert leaks(f"{CHANGE}{lines}+{' ' * (before % 102)}{TOKEN}\n{lines}".encode())
    assert not leaks(f"{CHANGE}{lines}".encode())
