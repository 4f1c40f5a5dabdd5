"""Secrets in what a terminal shows."""

from __future__ import annotations

import pytest

from bot.supervision.answering.masking import masked

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
KEY = "-----BEGIN PRIVATE KEY-----\n" + "QUJD" * 16 + "\n" + "-----END PRIVATE KEY-----"
ACCESS = "AKIA" + "ABCDEFGH" * 2


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("", ""),
        ("one\ntwo three", "one\ntwo three"),
        (f"token {TOKEN} here", "token *** here"),
        (
            f"│ the token is {TOKEN[:12]} │\n│ {TOKEN[12:]} and more │",
            "│ the token is *** │\n│ *** and more │",
        ),
        (f"┃{TOKEN[:9]}┃\n┃{TOKEN[9:19]}┃\n┃{TOKEN[19:]}┃\n┃ok┃", "┃***┃\n┃***┃\n┃***┃\n┃***┃"),
        (f"key {ACCESS[:7]}\n{ACCESS[7:]}\n\nnext", "key ***\n***\n\nnext"),
        (f"{TOKEN[:30]}\n{TOKEN[30:]} is it", "***\n*** is it"),  # its beginning is one already
        (f"{KEY}\nend", "-----BEGIN PRIVATE KEY----- *** -----END PRIVATE KEY-----\nend"),
        ("a\n\nb", "a\n\nb"),
        ("│ │\n│ x │", "│ │\n│ x │"),
    ],
)
def test_a_secret_is_masked_also_where_a_program_has_wrapped_it(shown: str, told: str) -> None:
    """A full-screen program wraps into its frame what tmux cannot join again: kirodotdev/KiroCrew#11671."""
    assert masked(shown) == told


def test_what_is_no_secret_stays() -> None:
    text = "cargo test\nrunning 12 tests\ntest hull::floats ... ok\nsrc/hull.rs:73:5"

    assert masked(text) == text


def test_very_much_text_is_read_in_a_moment() -> None:
    text = "\n".join("x" * 100 for _ in range(200))

    assert masked(text) == text
