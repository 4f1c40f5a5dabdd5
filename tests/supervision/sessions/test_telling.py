"""What a person is told of a session in trouble, and when that is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.config.supervising import Conduct
from bot.supervision.sessions.model import Session, SessionState
from bot.supervision.sessions.telling.render import (
    TroubleFacts,
    render_trouble,
    trouble_marker,
    trouble_title,
)
from bot.supervision.sessions.telling.rules import Trouble, is_over, trouble_of, untold_of
from tests.support.judging_sessions import NOW, TERMS, row

if TYPE_CHECKING:
    from bot.supervision.sessions.judging.terms import Terms

S = SessionState
WATCHED = replace(TERMS, is_startable=False)


@pytest.mark.parametrize(
    ("session", "terms", "trouble"),
    [
        (row(S.QUARANTINED), TERMS, Trouble.QUARANTINED),
        (row(S.STUCK), TERMS, Trouble.STUCK),
        (row(S.DEAD), TERMS, None),  # it is about to be started
        (row(S.DEAD), WATCHED, Trouble.LEFT),
        (row(S.DEAD), replace(TERMS, conduct=Conduct.SUGGEST), Trouble.LEFT),
        (row(S.DEAD), replace(TERMS, conduct=Conduct.OBSERVE), None),
        (row(S.DEAD, process=None), WATCHED, None),  # nobody ever saw it alive
        (row(S.QUIET), TERMS, None),
        (row(S.UNKNOWN), TERMS, None),
    ],
)
def test_a_person_is_told_where_one_is_needed(
    session: Session, terms: Terms, trouble: Trouble | None
) -> None:
    assert trouble_of(session, terms) is trouble


def test_trouble_is_over_only_where_that_is_seen() -> None:
    assert {state for state in S if is_over(row(state))} == {S.HEALTHY, S.QUIET, S.FINISHED, S.HELD}


def test_a_host_that_is_away_for_long_is_told_of_once() -> None:
    """Its first session stands for all of them, and goes on to do so."""
    half = NOW - timedelta(minutes=30)
    away = [
        row(S.UNKNOWN, name="B", host="x", since=half),
        row(S.UNKNOWN, name="A", host="x", since=half),
        row(S.UNKNOWN, name="C", host="y", since=half),
        row(S.UNKNOWN, name="D", host="x", since=NOW),
        row(S.HEALTHY, name="E", host="x", since=half),
    ]
    assert untold_of(away, now=NOW) == {"A": ("B",), "C": ()}
    assert untold_of([replace(away[0], issue=4), *away[1:]], now=NOW) == {"B": ("A",), "C": ()}


@pytest.mark.parametrize(("count", "told"), [(0, ""), (1, "`A0`, on"), (25, "`A19` and 5 more, on")])
def test_who_else_is_not_known_is_named(count: int, told: str) -> None:
    others = tuple(f"A{number}" for number in range(count))
    session = row(S.UNKNOWN)
    facts = TroubleFacts(
        session=session, trouble=Trouble.UNTOLD, marker=trouble_marker(session), others=others
    )
    assert told in render_trouble(facts)
    assert ("Nor is" in render_trouble(facts)) is (count > 0)


HOSTILE = "</details> @ada #1 ```\n```\n<!-- pilothouse:summary -->"


@pytest.mark.parametrize("trouble", [*Trouble, None])
def test_the_issue_says_what_to_do_and_nothing_in_it_renders(trouble: Trouble | None) -> None:
    session = row(S.QUARANTINED, host="orchestrator", text="It ended with exit 1.", starts=(NOW,), work="")
    facts = TroubleFacts(
        session=session,
        trouble=trouble,
        marker=trouble_marker(session),
        tail=HOSTILE,
        url="https://x.example/a",
    )
    text = render_trouble(facts)
    assert text.startswith("<!-- pilothouse:session A1-2026-11-02T02-00-00 -->\n")
    assert "on `orchestrator`: **quarantined** since 2026-11-02 02:00 UTC. It ended with exit 1." in text
    assert "It was started at 03:00:00 UTC." in text
    assert "````" in text  # a longer fence than the terminal has
    assert ("/agent A1" in text) is (trouble not in {None, Trouble.UNTOLD})
    if trouble is not None:
        assert "gent A1" in trouble_title(session, trouble)


def test_an_issue_without_more_to_say_is_short_and_a_long_terminal_is_shown_from_its_end() -> None:
    session = row(S.STUCK)
    bare = render_trouble(
        TroubleFacts(session=session, trouble=Trouble.STUCK, marker=trouble_marker(session))
    )
    assert "details" not in bare
    assert "on the bot's own machine" in bare
    tail = "".join(f"line {number}\n" for number in range(5000))
    long = render_trouble(
        TroubleFacts(session=session, trouble=Trouble.STUCK, marker=trouble_marker(session), tail=tail)
    )
    assert "line 4999" in long
    assert len(long) < 30_000
