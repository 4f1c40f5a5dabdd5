"""Checksums files, as people's tools write them, against the digests that GitHub has."""

from __future__ import annotations

import pytest

from bot.releases.files.checksums import problems_of_checksums, read_checksums
from bot.releases.files.model import Problem
from tests.support.release_facts import asset

A, B = "a1" * 32, "b2" * 32


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f"{A}  boat.zip\n", {"boat.zip": A}),
        (f"{A} *boat.zip\n", {"boat.zip": A}),
        (f"{A.upper()}  dist/boat.zip\r\n\n# made today\n", {"boat.zip": A}),
        (f"SHA256 (boat.zip) = {A}", {"boat.zip": A}),
        (f"\\{A}  boat.zip", {"boat.zip": A}),
        (f"\ufeff{A}  boat.zip", {"boat.zip": A}),
        (f"{A}  my boat (1).zip", {"my.boat.1.zip": A}),
        (f"{A}  boat.zip\n{A}  ./boat.zip", {"boat.zip": A}),
        ("", {}),
    ],
)
def test_what_is_read(text: str, read: dict[str, str]) -> None:
    """A name is the one that GitHub makes of it: without folders, special characters as dots."""
    assert read_checksums(text) == read


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{A[:-1]}  boat.zip", "Its line 1 is none that sha256sum writes."),
        (f"{A}  ok\n\nboat.zip {A}", "Its line 3 is none that sha256sum writes."),
        (f"{A}  boat.zip\n{B}  boat.zip", "It has two different digests of `boat.zip`."),
    ],
)
def test_what_is_no_checksums_file(text: str, why: str) -> None:
    found = read_checksums(text)
    assert isinstance(found, Problem)
    assert found.text == why


def test_it_agrees() -> None:
    """What speaks about the files, and the list itself, need not be listed; where they are, they must be right."""
    there = (
        asset("boat.zip", digest=f"sha256:{A}"),
        asset("SUMS"),
        asset("SUMS.asc"),
        asset("boat.zip.sigstore.json", digest=f"sha256:{B}"),
    )
    assert problems_of_checksums({"boat.zip": A, "SUMS": B}, there, name="SUMS") == ()
    listed = {"boat.zip": A, "boat.zip.sigstore.json": A}
    assert len(problems_of_checksums(listed, there, name="SUMS")) == 1


def test_every_disagreement_is_told() -> None:
    there = (asset("boat.zip", digest=f"sha256:{A}"), asset("oars..zip"), asset("SUMS"))
    problems = problems_of_checksums({"boat.zip": B, "mast.zip": A}, there, name="SUMS")
    assert [one.text for one in problems] == [
        f"`boat.zip` is not the file that it lists: `sha256:{A}` is there.",
        "It does not list `oars..zip`.",
        "It lists `mast.zip`, which the release does not have.",
    ]
