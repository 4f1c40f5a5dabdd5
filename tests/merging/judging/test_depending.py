"""What a description says that a pull request depends on."""

from __future__ import annotations

import pytest

from bot.merging.judging.depending import MOST, Reference, depends_on

HOME = "octo/Harbour"


def names(body: str) -> list[str]:
    """This function will name what the description depends on, as seen from home."""
    return [one.name(HOME) for one in depends_on(body, repository=HOME)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Depends-On: #12", ["#12"]),
        ("depends on: #12", ["#12"]),
        ("Mends the crane.\nDepends-On: #12, #13 and octo/quay#4\nThanks", ["#12", "#13", "octo/quay#4"]),
        ("- Depends-On: octo/harbour#9", ["#9"]),
        ("# Depends-On: #9", ["#9"]),
        ("Depends-On: https://github.com/octo/quay/pull/7", ["octo/quay#7"]),
        ("Depends-On: [the quay](https://github.com/octo/quay/pull/7) #8", ["#8"]),
        ("Depends-On: #12\n\nDepends-On: #12", ["#12"]),
        ("It depends on: #12", []),
        ("Depends-On: nothing", []),
        ("Depends-On: #0", []),
        ("Depends-On: #12345678901", []),
        ("> Depends-On: #12", []),
        ("```\nDepends-On: #12\n```", []),
        ("    Depends-On: #12", []),
        ("`Depends-On: #12`", []),
        ("<!-- Depends-On: #12 -->", []),
        ("text <!-- \nDepends-On: #12 -->", []),
        ("<!--\nDepends-On: #12\n-->", []),
        ("| a |\n|---|\n| Depends-On: #12 |", []),
        ("Nothing here", []),
        ("", []),
    ],
)
def test_only_what_is_written_as_a_demand_is_one(body: str, expected: list[str]) -> None:
    assert names(body) == expected


def test_only_so_many_are_read() -> None:
    assert len(depends_on("Depends-On: " + " ".join(f"#{n}" for n in range(1, 99)), repository=HOME)) == MOST


def test_a_repository_is_the_same_however_it_is_written() -> None:
    assert depends_on("Depends-On: OCTO/harbour#3", repository=HOME) == (Reference("octo/harbour", 3),)
