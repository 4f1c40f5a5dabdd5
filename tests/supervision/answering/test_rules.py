"""What is decided about something asked of an agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from bot.budget.model import BudgetStanding, Mode, Stage
from bot.commands.model import Reason
from bot.decisions.model import Decision, Outcome
from bot.github.models import Permission
from bot.supervision.answering.model import Act
from bot.supervision.answering.rules import AgentFacts, decide_agent
from bot.supervision.sessions.model import LIMIT, SessionState

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
FACTS = AgentFacts(
    act=Act.PAUSE,
    name="A1",
    known=("A1",),
    permission=Permission.WRITE,
    needed=Permission.WRITE,
    is_startable=True,
    host="build",
    host_gap="",
    state=SessionState.HEALTHY,
    held_by="",
    is_held_by_person=False,
    budget=None,
    now=NOW,
)
HELD = {"state": SessionState.HELD, "held_by": "ada", "is_held_by_person": True}


def _budget(stage: Stage) -> BudgetStanding:
    return BudgetStanding(
        repository_id=7,
        day=NOW.date(),
        stage=stage,
        mode=Mode.ENFORCE,
        limit=Decimal(100),
        spent=Decimal(101),
        forecast=Decimal(120),
        read_at=NOW,
    )


def _decide(act: Act, **changes: Any) -> Decision:
    return decide_agent(replace(FACTS, act=act, **changes))


@pytest.mark.parametrize("act", list(Act))
def test_whoever_may_do_it_has_it_done(act: Act) -> None:
    assert _decide(act).outcome is Outcome.PROCEED


@pytest.mark.parametrize("act", list(Act))
def test_whoever_may_only_read_may_only_look(act: Act) -> None:
    decision = _decide(act, permission=Permission.READ)

    assert (decision.outcome is Outcome.PROCEED) is (act is Act.STATUS)
    if act is not Act.STATUS:
        assert decision.reason == Reason.NOT_PERMITTED
        assert "someone with the role write or more" in decision.text


@pytest.mark.parametrize("act", [Act.PAUSE, Act.RESUME, Act.RESTART, Act.LOG])
def test_a_host_that_is_not_reached_is_said_with_who_can_change_that(act: Act) -> None:
    decision = _decide(act, host_gap="the operator has not listed the repository")

    assert decision.reason == Reason.HOST_NOT_ALLOWED
    assert decision.text == (
        "It runs on `build`, which is not reached: the operator has not listed the repository. "
        "Whoever runs Pilothouse can do that."
    )
    assert "the bot's own machine" in _decide(act, host="", host_gap="no").text


@pytest.mark.parametrize(
    ("known", "reason", "says"),
    [
        ((), Reason.NO_SUPERVISION, "names no `agents`. Someone with the role write can add them."),
        (("A2", "B7"), Reason.UNKNOWN_AGENT, "There is no agent `A1`. Did you mean `A2`?"),
        (("navigator",), Reason.UNKNOWN_AGENT, "There is no agent `A1`. There are: `navigator`."),
    ],
)
def test_an_agent_that_is_not_there_is_answered_with_those_that_are(
    known: tuple[str, ...], reason: Reason, says: str
) -> None:
    for act in Act:
        decision = _decide(act, known=known)

        assert decision.reason == reason
        assert says in decision.text


@pytest.mark.parametrize(
    ("act", "state", "stage", "is_done"),
    [
        (Act.RESUME, SessionState.HELD, Stage.FROZEN, True),  # it is no new agent
        (Act.RESUME, SessionState.HELD, Stage.HELD, False),
        (Act.RESUME, SessionState.QUARANTINED, Stage.NOTICED, True),
        (Act.RESUME, SessionState.QUARANTINED, Stage.FROZEN, False),
        (Act.RESUME, SessionState.DEAD, Stage.FROZEN, False),
        (Act.RESUME, SessionState.FINISHED, Stage.FROZEN, False),
        (Act.RESTART, SessionState.HEALTHY, Stage.NOTICED, True),
        (Act.RESTART, SessionState.HEALTHY, Stage.FROZEN, False),
        (Act.PAUSE, SessionState.HEALTHY, Stage.DENIED, True),
        (Act.LOG, SessionState.HEALTHY, Stage.DENIED, True),
    ],
)
def test_the_budget_keeps_agents_from_being_started_or_let_go_on(
    act: Act, state: SessionState, stage: Stage, *, is_done: bool
) -> None:
    decision = _decide(act, state=state, budget=_budget(stage))

    assert (decision.outcome is Outcome.PROCEED) is is_done
    if not is_done:
        assert decision.reason == Reason.BUDGET_FROZEN
        assert "/budget extend" in decision.text


@pytest.mark.parametrize(
    ("holder", "says"),
    [
        ({}, "It is paused by `ada`. `/agent A1 resume` lets it go on."),
        ({"held_by": LIMIT, "is_held_by_person": False}, "It is paused by the day's limit."),
        (
            {"held_by": "", "is_held_by_person": False},
            "It is paused by somebody on its host. `/agent A1 resume`",
        ),
    ],
)
def test_what_is_held_is_not_started_behind_its_holder(holder: dict[str, Any], says: str) -> None:
    decision = _decide(Act.RESTART, **{**HELD, **holder})

    assert decision.reason == Reason.AGENT_HELD
    assert says in decision.text


@pytest.mark.parametrize(
    ("act", "state", "is_done"),
    [
        (Act.RESTART, SessionState.HEALTHY, False),
        (Act.RESTART, None, False),
        (Act.RESUME, SessionState.QUARANTINED, False),
        (Act.RESUME, SessionState.HELD, True),
        (Act.PAUSE, SessionState.HEALTHY, True),
    ],
)
def test_what_nothing_says_how_to_start_is_not_started(
    act: Act, state: SessionState | None, *, is_done: bool
) -> None:
    decision = _decide(act, state=state, is_startable=False)

    assert (decision.outcome is Outcome.PROCEED) is is_done
    if not is_done:
        assert decision.reason == Reason.NOT_STARTABLE
        assert "can add `agents: A1: command`" in decision.text


def test_it_is_decided_again_from_what_is_stored() -> None:
    facts = replace(FACTS, act=Act.RESTART, budget=_budget(Stage.HELD))
    stored = msgspec.json.decode(msgspec.json.encode(facts), type=AgentFacts)

    assert decide_agent(stored) == decide_agent(facts)
