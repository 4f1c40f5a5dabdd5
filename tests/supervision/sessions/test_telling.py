"""What a person is told of a session in trouble, and when that is over."""

from __future__ import annotations

from dataclasses import replace
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
from bot.supervision.sessions.telling.rules import Trouble, is_over, trouble_of
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
    assert {state for state in S if is_over(row(state))} == {S.HEALTHY, S.QUIET, S.FINISHED}


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
    assert ("/agent A1" in text) is (trouble is not None)
    if trouble is not None:
        assert trouble_title(session, trouble).startswith("Agent A1 ")


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
