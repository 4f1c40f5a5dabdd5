"""How a session's row stands once its agent was paused or let go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.budget.model import AgentResult, AgentState, PauseAgents
from bot.supervision.pausing.holding import after, event_of, kept_by
from bot.supervision.sessions.model import LIMIT, EventKind, Session, SessionState
from tests.support.diagnosis import NOON, REPOSITORY

AGO = NOON - timedelta(hours=1)
SESSION = Session(
    repository_id=REPOSITORY.id,
    name="A1",
    host="",
    state=SessionState.HEALTHY,
    since=AGO,
    updated_at=AGO,
    sign_at=AGO,
    next_start_at=NOON,
    prove_until=NOON,
)
BY_ADA = replace(SESSION, state=SessionState.HELD, held_by="ada")
BY_LIMIT = replace(SESSION, state=SessionState.HELD, held_by=LIMIT)


def _asked(held_by: str = "", *, is_resume: bool = False) -> PauseAgents:
    return PauseAgents(repository=REPOSITORY, cause="c", is_resume=is_resume, held_by=held_by)


def _result(state: AgentState) -> AgentResult:
    return AgentResult(agent="A1", state=state, text="It is so.")


@pytest.mark.parametrize(
    ("before", "by", "holder"),
    [
        (SESSION, "ada", "ada"),
        (SESSION, "", LIMIT),
        (BY_LIMIT, "ada", "ada"),  # it stays when the day is over
        (BY_ADA, "", "ada"),  # the budget takes nothing from a person
        (BY_ADA, "mona", "mona"),
    ],
)
def test_who_paused_it_holds_it_and_a_person_before_the_budget(before: Session, by: str, holder: str) -> None:
    made = after(before, _result(AgentState.PAUSED), _asked(by), now=NOON)

    assert (made.state, made.held_by) == (SessionState.HELD, holder)
    assert made.since == (NOON if before is SESSION else AGO)
    assert (made.next_start_at, made.prove_until) == (None, None)
    expected = None if (before.state, before.held_by) == (made.state, holder) else EventKind.PAUSED
    assert event_of(before, made) is expected


@pytest.mark.parametrize("before", [BY_ADA, BY_LIMIT])
def test_what_is_let_go_on_counts_its_signs_anew(before: Session) -> None:
    made = after(before, _result(AgentState.RUNNING), _asked("ada", is_resume=True), now=NOON)

    assert (made.state, made.held_by, made.since, made.sign_at) == (SessionState.HEALTHY, "", NOON, NOON)
    assert event_of(before, made) is EventKind.RESUMED


@pytest.mark.parametrize("state", [AgentState.FAILED, AgentState.UNKNOWN, AgentState.KEPT])
@pytest.mark.parametrize("is_resume", [True, False])
def test_what_did_not_happen_changes_nothing(state: AgentState, *, is_resume: bool) -> None:
    made = after(BY_ADA, _result(state), _asked("ada", is_resume=is_resume), now=NOON)

    assert made is BY_ADA
    assert event_of(BY_ADA, made) is None


def test_what_nobody_held_stands_as_it_stood_when_it_is_let_go_on() -> None:
    asked = _asked("ada", is_resume=True)

    assert after(SESSION, _result(AgentState.RUNNING), asked, now=NOON) is SESSION


@pytest.mark.parametrize(
    ("session", "asked", "is_kept"),
    [
        (BY_ADA, _asked(is_resume=True), True),
        (BY_ADA, _asked("ada", is_resume=True), False),
        (BY_ADA, _asked(), False),
        (BY_LIMIT, _asked(is_resume=True), False),
        (SESSION, _asked(is_resume=True), False),
        (None, _asked(is_resume=True), False),
    ],
)
def test_the_budget_lets_nothing_go_on_that_a_person_paused(
    session: Session | None, asked: PauseAgents, *, is_kept: bool
) -> None:
    kept = kept_by(session, asked)

    assert (kept is not None) is is_kept
    if kept is not None:
        assert kept.state is AgentState.KEPT
        assert kept.text == "`A1` stays paused: `ada` paused it."
