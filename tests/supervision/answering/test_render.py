"""What `/agents` and `/agent` answer, as a person sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.supervision.answering.model import Act
from bot.supervision.answering.overview import AgentRow
from bot.supervision.answering.render import (
    Foot,
    render_agent,
    render_agents,
    render_broken,
    render_log,
    render_queued,
)
from bot.supervision.answering.words import EVENTS, MEANINGS, ORDER, SIGNS, since
from bot.supervision.sessions.model import EventKind, Process, Session, SessionEvent, SessionState
from tests.support.agent_pages import AGENTS, HOSTILE, session
from tests.support.diagnosis import HEAD, NOON, REPOSITORY

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

FOOT = Foot(now=NOON, watched_at=NOON - timedelta(minutes=1), url="https://bot.example.org/ci/42/agents/x/-")


def _event(kind: EventKind, text: str, minutes: int) -> SessionEvent:
    at = NOON - timedelta(minutes=minutes)
    return SessionEvent(id=str(minutes), repository_id=REPOSITORY.id, name="x", kind=kind, text=text, at=at)


def _row(name: str, known: Session | None = None, **changes: object) -> AgentRow:
    return replace(AgentRow(name=name, config=AGENTS[name], session=known), **changes)  # type: ignore[arg-type]


BUSY = _row(
    "builder",
    session(
        "builder",
        NOON,
        process=Process(pane="%3", pid=4711, started="boot.99"),
        sign_at=NOON - timedelta(minutes=2),
        head=HEAD,
        work="2 commits of `builder` were pushed.",
    ),
    last=_event(EventKind.PUSHED, "2 commits of `builder` were pushed.", 3),
    price=Decimal("12.345"),
)
LEFT_ALONE = _row(
    "helm-1",
    session(
        "helm-1",
        NOON,
        starts=tuple(NOON - timedelta(minutes=minutes) for minutes in (100, 99, 97, 96)),
        issue=16,
        decision_id="0123456789ab",
    ),
    last=_event(EventKind.QUARANTINED, "It ended with exit 1.", 96),
)
WAITING = _row(
    "mate",
    session("mate", NOON, starts=(NOON - timedelta(minutes=4),), next_start_at=NOON + timedelta(seconds=150)),
)
PAUSED = _row("purser", session("purser", NOON, held_by="ada"))
NEW = _row("yeoman")


def test_agents_are_shown_with_what_a_person_should_see_first(snapshot: SnapshotAssertion) -> None:
    assert render_agents((LEFT_ALONE, WAITING, PAUSED, BUSY, NEW), FOOT) == snapshot


def test_one_agent_is_shown_with_all_that_is_known(snapshot: SnapshotAssertion) -> None:
    events = (
        _event(EventKind.QUARANTINED, "It ended with exit 1.", 96),
        _event(EventKind.KEPT, "Two lines\nof words.", 97),
    )
    for row in (LEFT_ALONE, BUSY, WAITING, PAUSED, NEW):
        assert render_agent(row, events if row is LEFT_ALONE else (), FOOT) == snapshot(name=row.name)


def test_before_the_first_look_it_says_when_that_is() -> None:
    shown = render_agents((NEW,), Foot(now=NOON, watched_at=None))

    assert "**1 agent: 1 not looked at yet.**" in shown
    assert shown.endswith("The watchdog has not looked yet; it does so every 2 minutes.")


def test_of_very_many_agents_the_first_are_shown() -> None:
    rows = [_row("builder", session("builder", NOON))] * 1000

    shown = render_agents(rows, FOOT)

    assert "**1000 agents: 1000 healthy.**" in shown
    assert shown.count("🟢 healthy") == 100
    assert "and 900 more" in shown
    assert len(shown) < 40_000


def test_words_about_work_that_are_long_are_told_of_the_agent_alone() -> None:
    row = _row("mate", session("mate", NOON, work="`x` " * 200))

    assert "see `/agent mate`" in render_agents((row,), FOOT)
    assert "`x` `x`" in render_agent(row, (), FOOT)


def test_nothing_of_a_log_renders(snapshot: SnapshotAssertion) -> None:
    text = f"{HOSTILE}\n```\n</details>\n<!-- pilothouse:receipt x -->\n@everyone\n````\n"

    shown = render_log("builder", text, asked=40)

    assert shown == snapshot
    assert shown.count("`````") == 2
    assert "<!-- pilothouse:" not in shown


@pytest.mark.parametrize(
    ("text", "asked", "says"),
    [
        ("", 40, "The terminal of `A1` is empty."),
        ("\n\n  \n", 40, "The terminal of `A1` is empty."),
        ("one", 40, "The last 1 line of its terminal;"),
        ("1\n2\n3\n", 2, "The last 2 lines of its terminal;"),
        ("x" * 30_000 + "\n" + "y" * 30_000, 40, "The last 1 line of its terminal (2 do not fit)"),
        ("z" * 90_000, 40, "The last 1 line of its terminal;"),
    ],
)
def test_a_log_shows_its_end_as_far_as_it_fits(text: str, asked: int, says: str) -> None:
    shown = render_log("A1", text, asked=asked)

    assert says in shown
    assert len(shown.encode()) < 45_000


def test_what_is_asked_is_said_while_it_waits() -> None:
    assert render_queued("A1", Act.RESTART) == "`A1` is started again once its work is pushed."
    assert len({render_queued("A1", act) for act in Act}) == len(Act)
    assert "`/agent A1 status`" in render_broken("A1", "KeyError")


def test_every_state_and_event_has_its_words() -> None:
    assert set(SIGNS) == set(MEANINGS) == set(ORDER) == set(SessionState)
    assert set(EVENTS) == set(EventKind)


@pytest.mark.parametrize(
    ("past", "says"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=6, minutes=20), "6 h 20 min"),
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(past: timedelta, says: str) -> None:
    assert since(past) == says
