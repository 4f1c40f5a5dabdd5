"""What a program on a host said is repeated as plain text, and never renders."""

from __future__ import annotations

import pytest

from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.hosts.quoting import ending, quoted


def test_a_programs_words_are_one_short_line_without_commits() -> None:
    assert quoted(f"fatal:\n  *no* {'a' * 40} host") == "fatal: \\*no\\* host"
    assert len(quoted("x" * 1000)) == 300


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Unknown(why="<away>"), "&lt;away&gt;"),
        (Result(code=2, out="", err=""), "exit 2"),
        (Result(code=2, out="said", err=""), "exit 2: said"),
        (Result(code=2, out="said", err="wrong"), "exit 2: wrong"),
    ],
)
def test_how_a_program_ended_is_told(answer: Result | Unknown, text: str) -> None:
    assert ending(answer) == text
