"""What follows from conditions, in words."""

from __future__ import annotations

import pytest

from bot.decisions.model import Condition, Standing, conclude


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It is red.", "It is red. Mend it."),
        ("These are red:\n\n- test\n\n", "These are red:\n\n- test\n\nMend it."),
    ],
)
def test_who_can_help_follows_the_reason(text: str, told: str) -> None:
    """After a list it is a paragraph of its own, without a space before it."""
    red = Condition(name="checks", standing=Standing.UNMET, text=text, who="Mend it.")
    assert conclude("deploy", (red,)).text == told
