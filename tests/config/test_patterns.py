"""Which regular expressions can be held against what people write."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.patterns import LONGEST_MATCHED, problem_of_pattern

DANGEROUS = [
    "(a+)+",
    "(a*)*b",
    "(a|a)*b",
    "(a|ab)+c",
    "((ab)*c)*",
    "(?:a{0,50}){0,50}b",
    "a*a*a*a*a*b",
    "([a-z]+){5}",
    "(?P<x>a+)(?P=x)",
    "(?=a+)b",
    "(?<!a)b",
    "(a+)?(?(1)b|c)",
]


@pytest.mark.parametrize("pattern", DANGEROUS)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    assert problem_of_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z]+",
        r"v?\d+(\.\d+){2}",
        r"\d+\.\d+\.\d+(-[a-z0-9]+)?",
        "(eu|us)-(east|west)-[0-9]{1,2}",
        "[A-Z]{2,10}-[0-9]{1,6}",
        "(?i:abc)",
        ".*",
        "",
    ],
)
def test_what_people_write_is_taken(pattern: str) -> None:
    assert problem_of_pattern(pattern) == ""


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "a{2,1}", "(?P<1>a)"])
def test_what_is_no_expression_is_said_to_be_none(pattern: str) -> None:
    assert problem_of_pattern(pattern).startswith("it is no regular expression")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab+*?()|{}23,[].", max_size=14), st.sampled_from(["a", "ab", "b", "aab"]))
def test_what_is_taken_is_soon_decided(pattern: str, unit: str) -> None:
    """The longest value that is held against a pattern never keeps the process busy."""
    if problem_of_pattern(pattern):
        return
    began = time.process_time()
    re.fullmatch(pattern, (unit * LONGEST_MATCHED)[: LONGEST_MATCHED - 1] + "!")
    assert time.process_time() - began < 5
