"""How a gate stands, from facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason, Refused
from bot.config.policy import ApprovalsConfig
from bot.decisions.model import Outcome, Standing
from bot.gates.fact_model import Author, Objection, Trace
from bot.gates.ledger import Void, Word
from bot.gates.model import GateState
from bot.gates.rules import condition_word, decide_gate, refuse_word, state_after, voided
from bot.github.models import Permission
from tests.support.gate_facts import (
    ADA,
    AUTHORS,
    BOB,
    EVE,
    NOW,
    OPENED,
    OTHER,
    approval,
    change,
    facts,
    person,
    policy,
    spoken,
)

if TYPE_CHECKING:
    from bot.gates.fact_model import GateFacts
    from bot.gates.ledger import Approval

STRANGER = Author(name="b…@corp.example", url="https://github.com/octo/harbour/commit/1")
APPROVED = facts(spoken())


def _reviews(given: GateFacts) -> GateFacts:
    return replace(given, approvals=ApprovalsConfig(reviews=True))


CASES: dict[str, tuple[GateFacts, GateState, str]] = {
    "nobody has approved": (facts(), GateState.WAITING, Reason.WAITING_FOR_APPROVAL),
    "one of one": (APPROVED, GateState.APPROVED, ""),
    "one of two": (facts(spoken(), approvals=policy(2)), GateState.WAITING, Reason.WAITING_FOR_APPROVAL),
    "two of two": (facts(spoken(), spoken(approval(EVE)), approvals=policy(2)), GateState.APPROVED, ""),
    "the same person twice": (
        facts(spoken(), spoken(approval(minute=40)), approvals=policy(2)),
        GateState.WAITING,
        Reason.WAITING_FOR_APPROVAL,
    ),
    "another head": (
        replace(APPROVED, change=replace(change(), head_sha=OTHER, tree="8" * 40)),
        GateState.CLOSED,
        Reason.HEAD_MOVED,
    ),
    "closed": (
        replace(APPROVED, change=replace(change(), is_open=False)),
        GateState.CLOSED,
        Reason.PULL_REQUEST_CLOSED,
    ),
    "a commit without a pull request is never closed": (
        replace(APPROVED, number=None, change=replace(change(), is_open=False)),
        GateState.APPROVED,
        "",
    ),
    "rejected": (
        facts(spoken(), spoken(approval(EVE, word=Word.REJECT))),
        GateState.REJECTED,
        Reason.REJECTED,
    ),
    "another gate was rejected": (
        facts(spoken(), spoken(replace(approval(EVE, word=Word.REJECT), gate_id="gate-0"))),
        GateState.APPROVED,
        "",
    ),
    "rejected, and GitHub silent": (
        replace(facts(spoken(approval(word=Word.REJECT))), change=None, problem="502"),
        GateState.REJECTED,
        Reason.REJECTED,
    ),
    "GitHub silent": (replace(APPROVED, change=None), GateState.WAITING, Reason.COULD_NOT_VERIFY),
    "something unread": (replace(APPROVED, problem="502"), GateState.WAITING, Reason.COULD_NOT_VERIFY),
    "expired": (replace(facts(), at=OPENED + timedelta(hours=24)), GateState.EXPIRED, Reason.GATE_EXPIRED),
    "approved, but not used in time": (
        replace(APPROVED, at=OPENED + timedelta(hours=24)),
        GateState.EXPIRED,
        Reason.GATE_EXPIRED,
    ),
    "a broken policy": (
        replace(APPROVED, mistakes=("line 1",), approvals=None),
        GateState.WAITING,
        Reason.CONFIGURATION_INVALID,
    ),
    "no such environment any more": (
        replace(APPROVED, is_configured=False, approvals=None),
        GateState.WAITING,
        Reason.UNKNOWN_ENVIRONMENT,
    ),
    "no approvals any more": (replace(facts(), approvals=None), GateState.APPROVED, ""),
    "commits beyond what GitHub lists": (
        replace(APPROVED, change=replace(change(), is_complete=False)),
        GateState.WAITING,
        Reason.COULD_NOT_VERIFY,
    ),
    "an author without an account": (
        replace(APPROVED, change=replace(change(), authors=(*AUTHORS, STRANGER))),
        GateState.WAITING,
        Reason.WAITING_FOR_APPROVAL,
    ),
    "an author without an account, and one more approval": (
        replace(
            facts(spoken(), spoken(approval(EVE))),
            change=replace(change(), authors=(*AUTHORS, STRANGER)),
        ),
        GateState.APPROVED,
        "",
    ),
    "teams that are not different": (
        replace(
            facts(
                spoken(), spoken(approval(EVE)), approvals=policy(2, teams=("octo/a", "octo/b"), distinct=2)
            ),
            people=(
                person(BOB, Permission.READ, "octo/a"),
                person(EVE, Permission.READ, "octo/a"),
            ),
        ),
        GateState.WAITING,
        Reason.WAITING_FOR_APPROVAL,
    ),
    "different teams": (
        replace(
            facts(
                spoken(), spoken(approval(EVE)), approvals=policy(2, teams=("octo/a", "octo/b"), distinct=2)
            ),
            people=(
                person(BOB, Permission.READ, "octo/a", "octo/b"),
                person(EVE, Permission.READ, "octo/a"),
            ),
        ),
        GateState.APPROVED,
        "",
    ),
    "the only approver's role unread": (
        replace(APPROVED, people=(person(BOB, None),)),
        GateState.WAITING,
        Reason.COULD_NOT_VERIFY,
    ),
    "enough without the one whose role is unread": (
        replace(facts(spoken(), spoken(approval(EVE))), people=(person(BOB, None), person(EVE))),
        GateState.APPROVED,
        "",
    ),
    "a review that asks for changes": (
        replace(_reviews(APPROVED), objections=(Objection(person=EVE, url="https://x", at=NOW),)),
        GateState.WAITING,
        Reason.REVIEWS_MISSING,
    ),
    "a passer-by's review that asks for changes": (
        replace(
            _reviews(APPROVED),
            objections=(Objection(person=EVE, url="https://x", at=NOW),),
            people=(person(BOB), person(EVE, Permission.READ)),
        ),
        GateState.APPROVED,
        "",
    ),
    "no review asks for changes": (_reviews(APPROVED), GateState.APPROVED, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_how_a_gate_stands(name: str) -> None:
    given, state, reason = CASES[name]
    decision = decide_gate(given)
    assert (state_after(decision), decision.reason) == (state, str(reason))
    assert bool(decision.text) is (decision.outcome is not Outcome.PROCEED)


def test_the_requester_s_approval_counts_only_where_the_policy_says_so() -> None:
    """Who wrote a part of it may never approve, whatever the policy says."""
    asked = replace(facts(spoken(approval(EVE))), requester=EVE)
    assert state_after(decide_gate(asked)) is GateState.WAITING
    allowed = ApprovalsConfig(self=True)
    assert state_after(decide_gate(replace(asked, approvals=allowed))) is GateState.APPROVED
    own = replace(facts(spoken(approval(ADA))), approvals=allowed)
    assert state_after(decide_gate(own)) is GateState.WAITING


def test_a_gate_without_approvals_has_no_end() -> None:
    assert replace(facts(), approvals=None).expires_at is None
    assert facts().expires_at == OPENED + timedelta(hours=24)


def test_words_that_have_become_void_are_named_once() -> None:
    moved = replace(APPROVED, change=replace(change(), head_sha=OTHER, tree="8" * 40))
    assert voided(moved) == (("bob-30", Void.HEAD_MOVED),)
    gone = facts(spoken(trace=Trace.DELETED))
    assert voided(gone) == (("bob-30", Void.DELETED),)
    assert voided(APPROVED) == ()


@pytest.mark.parametrize(
    ("word", "given", "reason"),
    [
        (approval(), facts(), None),
        (approval(ADA), facts(), Reason.SELF_APPROVAL),
        (approval(), replace(facts(), people=(person(BOB, Permission.READ),)), Reason.NOT_AN_APPROVER),
        (approval(), replace(facts(), people=(person(BOB, None),)), Reason.COULD_NOT_VERIFY),
        (approval(), replace(facts(), people=()), Reason.COULD_NOT_VERIFY),
        (approval(), replace(facts(), approvals=None), Reason.NOT_AN_APPROVER),
        (approval(), replace(facts(), problem="502"), Reason.COULD_NOT_VERIFY),
        (approval(), replace(facts(), change=replace(change(), base_ref="next")), Reason.APPROVAL_VOID),
        (approval(ADA, word=Word.REJECT), facts(), None),
        (
            approval(word=Word.REJECT),
            replace(facts(), people=(person(BOB, Permission.READ),)),
            Reason.NOT_AN_APPROVER,
        ),
        (approval(word=Word.REJECT), replace(facts(), people=(person(BOB, None),)), Reason.COULD_NOT_VERIFY),
        (approval(word=Word.REJECT), replace(facts(), people=()), Reason.COULD_NOT_VERIFY),
        (
            approval(word=Word.REJECT),
            replace(facts(approvals=policy(users=("BOB",))), people=(person(BOB, Permission.READ),)),
            None,
        ),
    ],
)
def test_whose_word_is_taken(word: Approval, given: GateFacts, reason: Reason | None) -> None:
    refused = refuse_word(given, word)
    assert (refused.reason if refused else None) == reason


def test_a_dry_run_says_whether_the_word_would_count() -> None:
    assert condition_word(None).standing is Standing.MET
    unread = Refused(reason=Reason.COULD_NOT_VERIFY, text="GitHub is silent.")
    assert condition_word(unread).standing is Standing.UNKNOWN
    refused = Refused(reason=Reason.SELF_APPROVAL, text="It is yours.")
    assert condition_word(refused).standing is Standing.UNMET
