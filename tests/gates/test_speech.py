"""A word before it is taken, and what is said of it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.audit.model import Kind
from bot.commands.model import Reason, Refused
from bot.gates.entries import closed_entry, opened_entry, voided_entry, word_entry
from bot.gates.ledger import (
    Void,
    Word,
    approval_id,
    authors_digest,
    body_digest,
    parameters_digest,
    subject_digest,
)
from bot.gates.model import GateState, How, Parameter, PlanSummary
from bot.gates.speech import Speech, refuse_speech, word_of
from bot.gates.wording import choose_gates, render_taken
from bot.github.models import Actor
from tests.support.gate_facts import ADA, BOB, NOW, OPENED, SUBJECT, approval, facts, gate

if TYPE_CHECKING:
    from bot.gates.model import Gate

SPEECH = Speech(
    gate_id="gate-1",
    person=BOB,
    word=Word.APPROVE,
    how=How.COMMENT,
    source="123/0",
    said_at=OPENED + timedelta(minutes=1),
)


@pytest.mark.parametrize(
    ("speech", "waiting", "reason"),
    [
        (SPEECH, gate(), None),
        (SPEECH, gate(state=GateState.APPROVED), None),
        (replace(SPEECH, how=How.BUTTON), gate(state=GateState.APPROVED), Reason.NOTHING_WAITS),
        (replace(SPEECH, how=How.BUTTON, word=Word.REJECT), gate(state=GateState.APPROVED), None),
        (SPEECH, gate(state=GateState.CLOSED), Reason.NOTHING_WAITS),
        (SPEECH, gate(state=GateState.REJECTED), Reason.NOTHING_WAITS),
        (replace(SPEECH, person=Actor(id=8, login="x[bot]", type="Bot")), gate(), Reason.NOT_AN_APPROVER),
        (replace(SPEECH, of=subject_digest(SUBJECT).upper()), gate(), None),
        (replace(SPEECH, of="00000000"), gate(), Reason.APPROVAL_VOID),
        (replace(SPEECH, said_at=OPENED - timedelta(seconds=1)), gate(), Reason.APPROVAL_VOID),
        (replace(SPEECH, said_at=OPENED), replace(gate(), opened_at=OPENED.replace(microsecond=9)), None),
        (replace(SPEECH, said_at=OPENED - timedelta(days=1), word=Word.REJECT), gate(), None),
    ],
)
def test_a_word_must_be_about_what_waits_now(speech: Speech, waiting: Gate, reason: Reason | None) -> None:
    refused = refuse_speech(speech, waiting)
    assert (refused.reason if refused else None) == reason


@pytest.mark.parametrize("word", Word)
def test_what_is_on_its_way_is_answered_no_more(word: Word) -> None:
    """Whoever wants to stop it is told how, and not that it was rejected."""
    speech = replace(SPEECH, word=word)
    refused = refuse_speech(speech, gate(state=GateState.APPROVED), is_passed=True)
    assert refused is not None
    assert "`/cancel` stops it; `/rollback production` undoes it." in refused.text
    over = refuse_speech(speech, gate(state=GateState.CLOSED), is_passed=True)
    assert over is not None
    assert "over" in over.text


def test_a_word_is_bound_to_exactly_what_waits() -> None:
    plan = PlanSummary(digest="a" * 64)
    waiting = replace(gate(), subject=replace(SUBJECT, plan=plan))
    word = word_of(replace(SPEECH, text="x" * 900), waiting, facts())
    assert (word.head_sha, word.tree, word.base_ref) == (SUBJECT.head_sha, SUBJECT.tree, "main")
    assert (word.plan_digest, word.authors_digest) == ("a" * 64, "authors")
    assert (word.given_at, word.expires_at) == (NOW, NOW + timedelta(hours=24))
    assert len(word.text) == 500


def test_what_could_not_be_read_is_bound_to_the_subject() -> None:
    word = word_of(SPEECH, gate(), replace(facts(), change=None, approvals=None))
    assert (word.base_ref, word.authors_digest) == ("main", "")
    assert word.expires_at == NOW + timedelta(hours=24)


def test_a_word_has_one_id_for_each_gate() -> None:
    assert SPEECH.word_id(22) == approval_id(22, source="123/0", gate_id="gate-1")
    assert len({SPEECH.word_id(22), SPEECH.word_id(23), replace(SPEECH, gate_id="gate-2").word_id(22)}) == 3


def test_digests_tell_what_is_said_from_anything_else() -> None:
    one, two = Parameter(name="a", value="1"), Parameter(name="b", value="2")
    assert parameters_digest((one, two)) == parameters_digest((two, one)) != parameters_digest((one,))
    assert body_digest("a\r\nb") == body_digest("a\nb") != body_digest("ab")
    assert authors_digest(("x", "y", "x")) == authors_digest(("y", "x")) != authors_digest(("x",))
    others = [
        replace(SUBJECT, environment="staging"),
        replace(SUBJECT, tree="9" * 40),
        replace(SUBJECT, base_ref="next"),
        replace(SUBJECT, parameters=(one,)),
        replace(SUBJECT, plan=PlanSummary(digest="b" * 64)),
    ]
    assert len({subject_digest(each) for each in (SUBJECT, *others)}) == 6


def test_which_gates_a_word_is_about() -> None:
    production = gate()
    staging = replace(gate(), id="gate-2", subject=replace(SUBJECT, environment="staging blue"))
    assert choose_gates((production,), "", verb="approve") == (production,)
    assert choose_gates((production, staging), "STAGING blue", verb="approve") == (staging,)
    several = choose_gates((production, staging), "", verb="approve")
    assert isinstance(several, Refused)
    assert several.reason is Reason.MISSING_ARGUMENT
    assert '`/approve "staging blue"`' in several.text
    nothing = choose_gates((), "production", verb="reject")
    assert isinstance(nothing, Refused)
    assert nothing.reason is Reason.NOTHING_WAITS
    wrong = choose_gates((production,), "prod", verb="reject")
    assert isinstance(wrong, Refused)
    assert "`/reject production`" in wrong.text


def test_what_came_of_a_word() -> None:
    assert render_taken(Word.REJECT, (gate(state=GateState.REJECTED),)).startswith("Rejected: `1a2b3c4`")
    assert "It still waits." in render_taken(Word.APPROVE, (gate(),))
    planned = replace(
        gate(state=GateState.APPROVED), subject=replace(SUBJECT, plan=PlanSummary(digest="a" * 64))
    )
    assert "plan `aaaaaaaaaaaa`. It goes ahead." in render_taken(Word.APPROVE, (planned,))


def test_what_the_journal_is_told() -> None:
    opened = opened_entry(gate())
    assert (opened.kind, opened.what, opened.actor) == (Kind.APPROVAL, "gate opened", "ada")
    assert opened.subject == "#5 production 1a2b3c4"
    assert opened_entry(replace(gate(), number=None)).subject == "production 1a2b3c4"
    over = closed_entry(replace(gate(state=GateState.EXPIRED), reason="gate_expired"))
    assert (over.what, over.result) == ("gate expired", "gate_expired")
    said = word_entry(replace(approval(word=Word.REJECT), text="no"))
    assert (said.what, said.actor, said.detail["text"]) == ("rejected by comment", "bob", "no")
    assert "text" not in word_entry(approval()).detail
    by_bot = voided_entry(approval(), Void.EXPIRED, by=None, at=NOW)
    assert (by_bot.actor, by_bot.actor_id, by_bot.result) == ("pilothouse", 0, "expired")
    assert voided_entry(approval(), Void.TAMPERED, by=ADA, at=NOW).actor == "ada"
