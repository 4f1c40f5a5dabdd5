"""The words after `/agent`."""

from __future__ import annotations

import pytest

from bot.commands.model import Command, Reason, Refused
from bot.supervision.answering.asked import Asked, asked_of, found_name, named, nearest_name
from bot.supervision.answering.model import Act


def _asked(*words: str) -> Asked | Refused:
    return asked_of(Command(index=0, line="/agent", verb="agent", arguments=words))


@pytest.mark.parametrize(
    ("words", "act", "lines"),
    [
        (("A1",), Act.STATUS, 40),
        (("A1", "status"), Act.STATUS, 40),
        (("A1", "Pause"), Act.PAUSE, 40),
        (("A1", "resume"), Act.RESUME, 40),
        (("A1", "restart"), Act.RESTART, 40),
        (("A1", "log"), Act.LOG, 40),
        (("A1", "log", "1"), Act.LOG, 1),
        (("A1", "log", "200"), Act.LOG, 200),
    ],
)
def test_what_is_asked_is_understood(words: tuple[str, ...], act: Act, lines: int) -> None:
    assert _asked(*words) == Asked(name="A1", act=act, lines=lines)


@pytest.mark.parametrize(
    ("words", "reason", "says"),
    [
        (("A1", "kill"), Reason.PARAMETER_INVALID, "`kill` is nothing that is done to an agent"),
        (("A1", "`@ada`"), Reason.PARAMETER_INVALID, "`` `@ada` `` is nothing"),
        (("A1", "pause", "now"), Reason.TOO_MANY_ARGUMENTS, "a word too many after `/agent A1 pause`"),
        (("A1", "log", "0"), Reason.PARAMETER_INVALID, "`0` is no number of lines from 1 to 200."),
        (("A1", "log", "201"), Reason.PARAMETER_INVALID, "from 1 to 200"),
        (("A1", "log", "-5"), Reason.PARAMETER_INVALID, "from 1 to 200"),
        (("A1", "log", "٣"), Reason.PARAMETER_INVALID, "from 1 to 200"),
        (("A1", "log", "9" * 5000), Reason.PARAMETER_INVALID, "from 1 to 200"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...], reason: Reason, says: str) -> None:
    refused = _asked(*words)

    assert isinstance(refused, Refused)
    assert refused.reason is reason
    assert says in refused.text


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("A1", ("A1", "a1"), "A1"),
        ("a1", ("A1", "B1"), "A1"),
        ("a1", ("A1", "a1"), "a1"),
        ("Ab", ("AB", "ab"), ""),  # either could be meant
        ("C1", ("A1",), ""),
        ("A1", (), ""),
    ],
)
def test_a_name_is_found_however_it_is_written_where_only_one_is_meant(
    name: str, known: tuple[str, ...], found: str
) -> None:
    assert found_name(name, known) == found


def test_the_nearest_name_is_one_that_was_mistyped() -> None:
    assert nearest_name("navigtor", ("builder", "navigator")) == "navigator"
    assert nearest_name("x", ("builder", "navigator")) == ""
    assert nearest_name("x", ()) == ""


def test_of_very_many_names_some_are_listed() -> None:
    assert named(("b", "a")) == "`a`, `b`"
    assert named([f"agent-{number:03}" for number in range(25)]).endswith("`agent-019` and 5 more")
