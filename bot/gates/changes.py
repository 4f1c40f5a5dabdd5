"""Changes the rows of a gate, each change one transaction that the journal notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.audit.store import append
from bot.commands.model import Reason
from bot.gates.entries import closed_entry, opened_entry, voided_entry, word_entry
from bot.gates.ledger import Void, Word
from bot.gates.model import Gate, GateState
from bot.gates.states import APPLIED, may_become
from bot.gates.store import (
    add_word,
    gate_by_id,
    is_passed,
    save_gate,
    void_word,
    words_about,
    words_of_comment,
)
from bot.github.models import Actor  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.gates.ledger import Approval
    from bot.gates.model import Opening

# Until the policy was read once; from then on it says how long.
_AT_FIRST = timedelta(hours=24)


class UnknownGateError(LookupError):
    """There is no gate of this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A gate with everything said about it, as it was when the reading of the facts began."""

    gate: Gate
    words: tuple[Approval, ...]
    is_passed: bool = False  # what waited is on its way: nothing that is said now can hold it

    def is_same(self, other: Snapshot) -> bool:
        """This function will say whether nothing that a decision rests on differs."""
        mine, others = self.gate, other.gate
        return (mine.state, mine.subject, mine.opened_at, self.words, self.is_passed) == (
            others.state,
            others.subject,
            others.opened_at,
            other.words,
            other.is_passed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a gate stands after an evaluation."""

    gate: Gate
    reviewed: tuple[Approval, ...]  # words of reviews that are new
    voided: tuple[tuple[str, Void], ...]


def snapshot(connection: Connection, gate_id: str, *, for_change: bool = False) -> Snapshot:
    """This function will read a gate with its words; `for_change` keeps the gate until the transaction ends.

    Raises:
        UnknownGateError: there is none.
    """
    gate = gate_by_id(connection, gate_id, for_change=for_change)
    if gate is None:
        raise UnknownGateError(gate_id)
    return Snapshot(gate=gate, words=words_about(connection, gate), is_passed=is_passed(connection, gate))


def open_gate(
    connection: Connection, repository_id: int, opening: Opening, *, now: datetime
) -> tuple[Gate | None, Gate]:
    """This function will open a gate, and return what was there before and what is there now.

    With the same subject nothing changes; with another one all begins anew, unless the gate is over.
    """
    before = gate_by_id(connection, opening.id, for_change=True)
    if before is not None and (before.state.is_over or _is_same(before, opening)):
        return before, before
    gate = Gate(
        id=opening.id,
        repository_id=repository_id,
        number=opening.number,
        subject=opening.subject,
        requester=opening.requester,
        state=GateState.WAITING,
        reason=Reason.WAITING_FOR_APPROVAL,
        text="It is looked at who may approve.",
        run_id=opening.run_id,
        workflow_run_id=opening.workflow_run_id,
        check_run_id=before.check_run_id if before is not None else None,
        decision_id=before.decision_id if before is not None else "",
        opened_at=now,
        expires_at=now + _AT_FIRST,
        updated_at=now,
    )
    save_gate(connection, gate)
    append(connection, opened_entry(gate))
    return before, gate


def save_outcome(connection: Connection, seen: Snapshot, outcome: Outcome, *, now: datetime) -> bool:
    """This function will save how a gate stands, unless something has happened to it since it was read."""
    present = snapshot(connection, seen.gate.id, for_change=True)
    gate, before = outcome.gate, present.gate
    if not present.is_same(seen) or not may_become(before.state, gate.state):
        return False
    if replace(gate, updated_at=before.updated_at) != before:
        gate = replace(gate, updated_at=now)
        save_gate(connection, gate)
    new = [word for word in outcome.reviewed if add_word(connection, word)]
    by_id = {word.id: word for word in (*present.words, *outcome.reviewed)}
    gone = [(by_id[key], why) for key, why in outcome.voided if void_word(connection, key, why=why, at=now)]
    for word in new:
        append(connection, word_entry(word))
    for word, why in gone:
        append(connection, voided_entry(word, why, by=None, at=now))
    if gate.state.is_over:
        append(connection, closed_entry(gate))
    return True


def take_word(connection: Connection, seen: Snapshot, word: Approval) -> bool:
    """This function will keep a person's word, unless something has happened to the gate since it was read."""
    present = snapshot(connection, seen.gate.id, for_change=True)
    if not present.is_same(seen):
        return False
    if not add_word(connection, word):
        return True
    gone = present.words if word.word is Word.REJECT else ()
    voided = [each for each in gone if void_word(connection, each.id, why=Void.REJECTED, at=word.given_at)]
    append(connection, word_entry(word))
    for each in voided:
        append(connection, voided_entry(each, Void.REJECTED, by=word.person, at=word.given_at))
    return True


def close_gate(connection: Connection, gate_id: str, *, reason: Reason, text: str, now: datetime) -> Gate:
    """This function will end a gate because what waited at it is over.

    Raises:
        UnknownGateError: there is none.
    """
    seen = snapshot(connection, gate_id, for_change=True)
    # What was pushed over while it was applied has reached the environment all the same.
    has_passed = reason in APPLIED and may_become(seen.gate.state, GateState.CLOSED)
    if seen.gate.state.is_over and not has_passed:
        return seen.gate
    gate = replace(seen.gate, state=GateState.CLOSED, reason=reason, text=text, updated_at=now)
    save_gate(connection, gate)
    if reason in APPLIED:
        for word in seen.words:
            void_word(connection, word.id, why=Void.SPENT, at=now)
    append(connection, closed_entry(gate))
    return gate


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentChange:
    """A comment that is another now, or gone."""

    comment_id: int
    by: Actor
    body_digest: str | None  # None: it was deleted


def void_comment(connection: Connection, repository_id: int, change: CommentChange, *, now: datetime) -> None:
    """This function will make void for ever what was approved in a comment that is another now, or gone."""
    for word in words_of_comment(connection, repository_id, change.comment_id):
        if word.word is not Word.APPROVE or word.body_digest == change.body_digest:
            continue
        edited = Void.EDITED if change.by.id == word.person.id else Void.TAMPERED
        why = Void.DELETED if change.body_digest is None else edited
        if void_word(connection, word.id, why=why, at=now):
            append(connection, voided_entry(word, why, by=change.by, at=now))


def _is_same(gate: Gate, opening: Opening) -> bool:
    """Whether it is the same subject; where a plan's summary is told differs, its digest does not."""
    mine, other = gate.subject, opening.subject
    return replace(mine, plan=None, base_ref="") == replace(other, plan=None, base_ref="") and (
        mine.plan_digest == other.plan_digest
    )
