"""When a work tree is looked after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.supervision.work.due import AGAIN, needs_tending, noted

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("look", "kept", "is_due"),
    [
        ("", "", False),
        ("", noted("a 1 0", NOW), False),
        ("a 1 0", "", True),
        ("a 1 0", noted("a 1 0", NOW), False),
        ("a 1 0", noted("a 1 0", NOW - AGAIN + timedelta(seconds=1)), False),
        ("a 1 0", noted("a 1 0", NOW - AGAIN), True),  # the remote may be there again
        ("b 1 0", noted("a 1 0", NOW), True),
        ("a 1 0", "a 1 0 long ago", True),
        ("default", noted("default", NOW), False),
    ],
)
def test_what_looks_as_it_did_is_left_alone_for_a_while(look: str, kept: str, *, is_due: bool) -> None:
    assert needs_tending(look, kept, NOW) is is_due
