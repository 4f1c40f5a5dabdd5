from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.literals import required
from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.model import Cause


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (r"^error: (?P<message>.*)", {"error: "}),
        (r"(?:keel|mast) x", {"keel", "mast"}),
        (r"\d+ passed", {" passed"}),
        (r"(?:boat|a)+", set()),
        (r"(?:boat)+", {"boat"}),
        (r"(?P<may>boat)?", set()),
        (r"(?>boat)", {"boat"}),
        (r"(?i)boat", set()),
        (r"(?i:boat) sails", {" sails"}),
        (r"a|b", set()),
        (r"[ab]\d", set()),
        ("|".join(f"{letter}oat" for letter in "abcdefghijklmno"), set()),
        ("", set()),
    ],
)
def test_what_every_match_contains_is_known(pattern: str, texts: set[str]) -> None:
    assert required(re.compile(pattern)) == texts


PARTS = st.sampled_from(
    ["keel", "mast", "a", r"\d", "(?:keel|mast)", "(?:sail)?", "(?:oar)+", ".*", "(?P<x>boom)", "[xy]"]
)


@given(
    st.lists(PARTS, min_size=1, max_size=4),
    st.lists(st.sampled_from(["keel", "mast", "sail", "oar", "boom", "x", "1", "a"])),
)
def test_no_match_is_lost(parts: list[str], words: list[str]) -> None:
    pattern, text = re.compile("".join(dict.fromkeys(parts))), "".join(words)

    texts = required(pattern)

    if texts and pattern.search(text):
        assert any(one in text for one in texts)


def test_lines_are_found_by_a_text_once_each_and_in_order() -> None:
    log = Log(lines=tuple(Line(n, text) for n, text in enumerate(("keel keel", "", "mast", "a keel"))))

    assert log.lines_with("keel") == (0, 3)
    assert log.lines_with("keel") is log.lines_with("keel")
    assert log.lines_with("oar") == ()
    assert Log(lines=()).lines_with("keel") == ()


def test_forms_are_asked_in_their_order_wherever_they_can_match() -> None:
    forms = (
        Form(head=re.compile(r"^(?P<message>\w+ broke)$"), cause=Cause.TEST),
        Form(head=re.compile(r"^.{3,6}$"), cause=Cause.LINT),
    )
    texts = ("calm", "keel broke", "a long line of no meaning")

    found = list(read_forms(Log(lines=tuple(Line(n, text) for n, text in enumerate(texts))), forms))

    assert [(one.cause, one.places) for one in found] == [(Cause.LINT, (0,)), (Cause.TEST, (1,))]
