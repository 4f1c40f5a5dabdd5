"""What is encrypted at rest: opened by its keys alone, for its purpose alone, unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import UnsealError, sealer

OLD, NEW = b"the old key of the tests, 32 signs", b"the new key of the tests, 32 signs"


@given(st.text())
def test_what_was_sealed_is_opened(text: str) -> None:
    made = sealer((NEW,), "a purpose")
    try:
        sealed = made.seal(text)
    except UnicodeEncodeError:  # half a character is no text
        return
    assert made.open(sealed) == text
    assert not text or len(text) < 8 or text not in sealed


def test_the_same_text_is_sealed_otherwise_each_time() -> None:
    """Who reads two rows does not see that they hold the same."""
    made = sealer((NEW,), "a purpose")
    assert made.seal("text") != made.seal("text")


def test_one_purpose_opens_nothing_of_another() -> None:
    """A cookie that the bot sealed for a browser is not taken for a row of its own."""
    with pytest.raises(UnsealError):
        sealer((NEW,), "one").open(sealer((NEW,), "another").seal("text"))


def test_a_key_is_changed_in_two_steps_and_the_old_one_opens_nothing_afterwards() -> None:
    before = sealer((OLD,), "a purpose").seal("text")
    during = sealer((NEW, OLD), "a purpose")
    assert during.open(before) == "text"
    after = sealer((NEW,), "a purpose")
    assert after.open(during.seal("text")) == "text"
    with pytest.raises(UnsealError, match="PILOTHOUSE_SECRET_KEY"):
        after.open(before)


@pytest.mark.parametrize("position", [0, 10, 40, -1])
def test_what_was_changed_is_not_opened(position: int) -> None:
    made = sealer((NEW,), "a purpose")
    sealed = list(made.seal("text"))
    sealed[position] = "A" if sealed[position] != "A" else "B"
    if position == -1:
        sealed = sealed[:-4]
    with pytest.raises(UnsealError):
        made.open("".join(sealed))


@pytest.mark.parametrize("given", ["", "x", "\u00f6", "gAAAAA", "=" * 100])
def test_what_was_never_sealed_is_not_opened(given: str) -> None:
    with pytest.raises((UnsealError, UnicodeError)):
        sealer((NEW,), "a purpose").open(given)


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(ValueError, match="at least one"):
        sealer((), "a purpose").seal("text")


def test_keys_do_not_show() -> None:
    assert "Fernet" not in repr(sealer((NEW,), "a purpose"))
