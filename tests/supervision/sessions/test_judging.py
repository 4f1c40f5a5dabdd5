"""What is concluded from what hosts told, and whether a session is started."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bot.audit.canonical import canonical
from bot.budget.model import BudgetStanding, Mode, Stage
from bot.config.agents import AgentConfig, HeartbeatConfig
from bot.config.supervising import Conduct, WatchConfig
from bot.decisions.model import Outcome
from bot.supervision.sessions.judging.concluding import (
    begun_now,
    conclude_new,
    conclude_session,
    quarantined,
)
from bot.supervision.sessions.judging.fact_model import SessionFacts, pause_after
from bot.supervision.sessions.judging.rules import decide_session
from bot.supervision.sessions.judging.sighting import needs_second_look, sight_of, sure_of
from bot.supervision.sessions.judging.terms import terms_of
from bot.supervision.sessions.model import LIMIT, Process, SessionState
from bot.supervision.sessions.probing.model import Found, Seen
from bot.supervision.sessions.probing.reading import unclear
from bot.supervision.sessions.states import Sight, session_table, state_after
from bot.supervision.sessions.watching.story import is_past
from tests.support.judging_sessions import MINUTE, NOW, PROCESS, TERMS, ended, facts, gone, row, runs

if TYPE_CHECKING:
    from bot.supervision.sessions.model import Session

S = SessionState
SAME = runs(sign="l1.1")  # no sign since the last look
STOPPED = "All of its processes are stopped, by somebody on its host."
STANDS = "It runs, and has given no sign for long; it is left alone."
STARTED = {"starts": (NOW - 2 * MINUTE,), "prove_until": NOW}


@pytest.mark.parametrize(
    ("known", "seen", "sight"),
    [
        (None, runs(), Sight.GETS_ON),
        (row(), runs(), Sight.GETS_ON),
        (row(), SAME, Sight.GETS_ON),
        (row(sign_at=NOW - 10 * MINUTE), SAME, Sight.STILL),
        (row(sign_at=NOW - 45 * MINUTE), SAME, Sight.STANDS),
        (row(sign_at=NOW - 45 * MINUTE), runs(), Sight.GETS_ON),
        (row(sign_at=None), SAME, Sight.GETS_ON),
        (row(), runs(running=0, stopped=2), Sight.STOPPED),
        (row(), runs(running=1, stopped=2), Sight.GETS_ON),
        (row(), runs(running=0), Sight.GETS_ON),
        (row(S.HELD), runs(running=0), Sight.STOPPED),
        # Just started: a greeting is no proof, and the time to prove is its own.
        (row(S.STARTING, starts=(NOW - MINUTE / 6,), prove_until=NOW + MINUTE), runs(), Sight.EARLY),
        (row(S.STARTING, starts=(NOW - MINUTE,), prove_until=NOW + MINUTE), SAME, Sight.EARLY),
        (row(S.STARTING, starts=(NOW - MINUTE,), prove_until=NOW + MINUTE), runs(), Sight.GETS_ON),
        (row(S.STARTING, **STARTED), SAME, Sight.STILL),
        (row(S.STARTING, **STARTED), runs(), Sight.GETS_ON),
        (row(S.STARTING, sign_at=NOW - 50 * MINUTE, **STARTED), SAME, Sight.STANDS),
        (
            row(S.STARTING, sign_at=NOW - MINUTE, starts=(NOW - 2 * MINUTE,), prove_until=NOW),
            SAME,
            Sight.GETS_ON,
        ),
        (row(), ended(0), Sight.ENDED_WELL),
        (row(), ended(1), Sight.ENDED),
        (row(), ended(None, signal=9), Sight.ENDED),
        (row(), ended(0, signal=9), Sight.ENDED),
        (row(), ended(None), Sight.ENDED),
        (row(), gone(), Sight.GONE),
        (None, gone(Found.ABSENT), Sight.GONE),
        (row(), unclear("A1", "nobody knows"), Sight.UNSURE),
    ],
)
def test_one_look_shows(known: Session | None, seen: Seen, sight: Sight) -> None:
    assert sight_of(known, seen, TERMS, now=NOW) is sight


@pytest.mark.parametrize(
    ("known", "seen", "terms", "needed"),
    [
        (row(), runs(), TERMS, False),
        (row(), unclear("A1", "away"), TERMS, False),
        (row(), ended(), TERMS, True),
        (None, gone(Found.ABSENT), TERMS, True),
        (row(S.FINISHED), ended(0), TERMS, False),
        (row(S.FINISHED), gone(), TERMS, False),
        (row(S.QUARANTINED), ended(), TERMS, False),
        (row(S.HELD), ended(), TERMS, False),
        (row(S.DEAD), ended(), TERMS, True),
        (row(S.DEAD, next_start_at=NOW - MINUTE), ended(), TERMS, True),
        (row(S.DEAD, next_start_at=NOW + MINUTE), ended(), TERMS, False),
        (row(S.DEAD), ended(), replace(TERMS, is_startable=False), False),
        (row(S.DEAD), ended(), replace(TERMS, conduct=Conduct.SUGGEST), False),
    ],
)
def test_a_second_look_is_needed_where_something_follows(
    known: Session | None, seen: Seen, terms: Any, *, needed: bool
) -> None:
    """What has been over for days, and stays so, costs no second call."""
    assert needs_second_look(known, seen, terms, now=NOW) is needed


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [
        (ended(), ended(), ended()),
        (ended(), ended(2), None),
        (ended(), gone(), None),
        (ended(), runs(), runs()),
        (gone(), unclear("A1", "away"), None),
    ],
)
def test_an_end_counts_by_the_same_evidence_twice(first: Seen, second: Seen, sure: Seen | None) -> None:
    assert sure_of(first, second) == sure


def test_every_state_and_sight_has_its_place_in_the_table() -> None:
    lines = session_table().splitlines()
    assert len(lines) == len(SessionState) + 3
    assert {line.count("|") for line in lines} == {len(Sight) + 2}
    kept = {(before, sight) for before in S for sight in Sight if state_after(before, sight) is before}
    assert {(S.QUARANTINED, Sight.GONE), (S.FINISHED, Sight.UNSURE), (S.HELD, Sight.ENDED)} <= kept


@pytest.mark.parametrize(
    ("known", "seen", "state", "kinds", "text"),
    [
        (row(), runs(), S.HEALTHY, [], "It gets on."),
        (row(), runs(running=0), S.HEALTHY, [], "It gets on. There is no process but its shell."),
        (row(), runs(copies=2), S.HEALTHY, [], "It gets on. It runs 2 times."),
        (row(), runs(session="b`b"), S.HEALTHY, [], "It gets on. Its tmux session is called ``b`b``."),
        (row(), ended(137), S.DEAD, ["died"], "It ended with exit 137 (signal 9)."),
        (row(), ended(255), S.DEAD, ["died"], "It ended with exit 255."),
        (row(), ended(None, signal=11), S.DEAD, ["died"], "It was ended by signal 11."),
        (row(), ended(None), S.DEAD, ["died"], "It ended, and tmux does not tell how."),
        (
            row(),
            gone(why="its host was started anew since"),
            S.DEAD,
            ["died"],
            "Its host was started anew since.",
        ),
        (row(S.DEAD), ended(), S.DEAD, [], "It ended with exit 1."),
        (row(S.UNKNOWN), ended(process=PROCESS), S.DEAD, [], "It ended with exit 1."),
        (row(), ended(0), S.FINISHED, ["finished"], "It ended with exit 0."),
        (row(S.DEAD), runs(), S.HEALTHY, ["resumed"], "It gets on."),
        (row(S.HELD, held_by="ada"), runs(), S.HEALTHY, ["resumed"], "It gets on."),
        (row(S.HELD, text="ada did."), ended(), S.HELD, [], "It ended with exit 1."),
        (row(S.HELD, held_by="ada", text="so."), runs(running=0), S.HELD, [], "so."),
        (row(), unclear("A1", ""), S.UNKNOWN, [], "Nothing is known of it."),
        (row(S.UNKNOWN), runs(), S.HEALTHY, [], "It gets on."),
        (
            row(),
            runs(running=0, stopped=1),
            S.HELD,
            ["paused"],
            "All of its processes are stopped, by somebody on its host.",
        ),
        (
            row(sign_at=NOW - 45 * MINUTE),
            SAME,
            S.STUCK,
            ["stuck"],
            "It runs, and has given no sign for long; it is left alone.",
        ),
        (row(S.STARTING, **STARTED), runs(), S.HEALTHY, ["proven"], "It gets on."),
        (row(S.STARTING, **STARTED), ended(0), S.FINISHED, ["finished"], "It ended with exit 0."),
    ],
)
def test_a_look_concludes(known: Session, seen: Seen, state: S, kinds: list[str], text: str) -> None:
    concluded = conclude_session(known, seen, TERMS, now=NOW)
    assert concluded.session.state is state
    assert [each.kind.value for each in concluded.happened] == kinds
    assert concluded.session.text == text


def test_a_session_found_in_tmux_is_told_of_once() -> None:
    new = row(S.UNKNOWN, process=None, sign="", sign_at=None)
    found = conclude_new(new, runs(), TERMS, now=NOW)
    assert [each.kind.value for each in found.happened] == ["found"]
    assert found.session.process == PROCESS
    absent = conclude_new(new, gone(Found.ABSENT, "there is no such session"), TERMS, now=NOW)
    assert (absent.session.state, absent.happened) == (S.DEAD, ())


def test_a_death_before_the_proof_is_followed_by_a_longer_pause_each_time() -> None:
    waits = []
    known = row()
    for count in range(4):
        at = NOW + count * 2 * MINUTE
        known = begun_now(known, TERMS, now=at)
        assert known.state is S.STARTING
        dead = conclude_session(known, ended(), TERMS, now=at + MINUTE).session
        waits.append((dead.next_start_at or at) - at)
        known = dead
    assert waits == [timedelta(seconds=each) for each in (10, 40, 160, 600)]
    assert len(known.starts) == 4
    assert pause_after(0) == timedelta()


def test_a_death_after_the_proof_is_followed_by_a_start_at_once() -> None:
    known = conclude_session(begun_now(row(), TERMS, now=NOW), runs(), TERMS, now=NOW + MINUTE).session
    dead = conclude_session(known, ended(), TERMS, now=NOW + 2 * MINUTE).session
    assert dead.next_start_at is None
    assert conclude_session(dead, ended(), TERMS, now=NOW + 31 * MINUTE).session.starts == ()


def test_what_is_quarantined_says_why() -> None:
    left = quarantined(conclude_session(row(), ended(), TERMS, now=NOW), now=NOW)
    assert left.session.state is S.QUARANTINED
    assert [each.kind.value for each in left.happened] == ["died", "quarantined"]


FROZEN = BudgetStanding(
    repository_id=7,
    day=NOW.date(),
    stage=Stage.FROZEN,
    mode=Mode.ENFORCE,
    limit=Decimal(100),
    spent=Decimal(96),
    forecast=Decimal(120),
    read_at=NOW,
)
RECENT = tuple(NOW - each * MINUTE for each in (20, 15, 10, 5))


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        (facts(), Outcome.PROCEED, ""),
        (facts(starts=RECENT[1:]), Outcome.PROCEED, ""),
        (facts(starts=RECENT), Outcome.REFUSE, "quarantined"),
        (facts(starts=(NOW - 31 * MINUTE, *RECENT[1:])), Outcome.PROCEED, ""),
        (facts(S.QUARANTINED), Outcome.REFUSE, "quarantined"),
        (facts(is_startable=False), Outcome.REFUSE, "not_startable"),
        (facts(S.HELD, held_by="ada"), Outcome.REFUSE, "agent_held"),
        (facts(S.HELD, held_by=LIMIT), Outcome.REFUSE, "agent_held"),
        (facts(S.HELD), Outcome.REFUSE, "agent_held"),
        (facts(S.UNKNOWN, sight=Sight.UNSURE), Outcome.REFUSE, "host_unreachable"),
        (facts(S.HEALTHY), Outcome.REFUSE, "not_dead"),
        (facts(next_start_at=NOW + MINUTE), Outcome.WAIT, "backing_off"),
        (facts(next_start_at=NOW), Outcome.PROCEED, ""),
        (facts(budget=FROZEN), Outcome.REFUSE, "budget_frozen"),
        (facts(budget=replace(FROZEN, mode=Mode.DRY_RUN)), Outcome.PROCEED, ""),
        (facts(conduct=Conduct.OBSERVE), Outcome.REFUSE, "only_observed"),
        (facts(conduct=Conduct.SUGGEST), Outcome.REFUSE, "only_suggested"),
    ],
)
def test_a_dead_session_is_started_where_nothing_forbids_it(
    given: SessionFacts, outcome: Outcome, reason: str
) -> None:
    """Each decision can be made again from its facts as they are stored."""
    decision = decide_session(given)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    (stored,) = msgspec.json.decode(canonical((given,)), type=tuple[SessionFacts])
    assert canonical(decide_session(stored)) == canonical(decision)


def test_the_limits_of_a_session_are_those_of_the_configuration() -> None:
    agent = AgentConfig(session="b.c", heartbeat=HeartbeatConfig(quiet="1m", stuck="2m"))
    terms = terms_of("A.1", agent, WatchConfig(prove="3m", window="40m", starts=2))
    assert (terms.session, terms.is_startable, terms.may_start) == ("b_c", False, False)
    assert (terms.quiet, terms.stuck, terms.prove, terms.window) == (
        MINUTE,
        2 * MINUTE,
        3 * MINUTE,
        40 * MINUTE,
    )
    assert terms_of("A.1", AgentConfig(command="x"), WatchConfig()).may_start


def test_the_end_of_another_process_is_another_end() -> None:
    other = ended(process=Process(pane="%1", pid=43, started=""))
    assert not ended().is_same_end(other)


@pytest.mark.parametrize(
    ("cause", "ago", "past"),
    [
        ("20261102T030000", None, False),
        ("20261102T030000", -1, True),  # the look before took its time
        ("20261102T030000", 0, False),
        ("20261102T030000", 120, False),
        ("push-1234", -1, False),
    ],
)
def test_looks_that_are_late_do_not_pile_up(cause: str, ago: int | None, *, past: bool) -> None:
    watched_at = None if ago is None else NOW - timedelta(seconds=ago)
    assert is_past(cause, watched_at) is past
