from __future__ import annotations

import pytest

from bot.diagnosis.choice.causes import guess_cause
from bot.diagnosis.model import Cause


@pytest.mark.parametrize(
    ("text", "step", "cause"),
    [
        ("connection refused by db", "make test", Cause.INFRASTRUCTURE),
        ("line is too long (90 > 80)", "make test", Cause.LINT),
        ("x.sh: line 3: keel: command not found", "make test", Cause.CONFIGURATION),
        ("expected 3 but got 4", "", Cause.TEST),
        ("Could not resolve dependencies", "", Cause.DEPENDENCY),
        ("SyntaxError: invalid syntax", "", Cause.COMPILE),
        ("gone wrong", "npm run lint", Cause.LINT),
        ("gone wrong", "make test", Cause.TEST),
        ("gone wrong", "npm install", Cause.DEPENDENCY),
        ("gone wrong", "make all", Cause.COMPILE),
        ("gone wrong", "./sail", Cause.UNKNOWN),
        ("", "", Cause.UNKNOWN),
    ],
)
def test_the_words_of_the_failure_speak_before_those_of_its_step(text: str, step: str, cause: Cause) -> None:
    assert guess_cause(text, step) is cause
