"""What `/cost` is asked."""

from __future__ import annotations

import pytest

from bot.commands.model import Reason, Refused
from bot.costs.answering.question import Period, Question, Way, question_of


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("", Question()),
        ("today", Question()),
        ("Yesterday", Question(period=Period.YESTERDAY)),
        ("7d by agent", Question(period=Period.WEEK, way=Way.AGENT)),
        ("by pr", Question(way=Way.PULL)),
        ("month BY Services", Question(period=Period.MONTH, way=Way.SERVICE)),
        ("by env", Question(way=Way.ENVIRONMENT)),
        ("sources", Question(period=Period.SOURCES)),
    ],
)
def test_words_are_understood(words: str, question: Question) -> None:
    assert question_of(words) == question


@pytest.mark.parametrize(
    "words", ["tomorrow", "today by", "today agent", "by colour", "sources by agent", "by a b"]
)
def test_other_words_are_refused_with_what_there_is(words: str) -> None:
    refused = question_of(words)

    assert isinstance(refused, Refused)
    assert refused.reason is Reason.UNKNOWN_TOPIC
    assert "`/cost " in refused.text
