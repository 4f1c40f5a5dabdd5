"""Words what happens to gates for the audit journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.audit.model import Entry, Kind
from bot.gates.ledger import Word, subject_digest

if TYPE_CHECKING:
    from datetime import datetime

    from bot.gates.ledger import Approval, Void
    from bot.gates.model import Gate
    from bot.github.models import Actor

_BOT = "pilothouse"
_DONE = {Word.APPROVE: "approved", Word.REJECT: "rejected"}


def opened_entry(gate: Gate) -> Entry:
    """This function will note that a gate was opened for a subject."""
    return Entry(
        key=f"gate-opened/{gate.id}/{subject_digest(gate.subject)}/{gate.opened_at:%Y%m%dT%H%M%S%f}",
        repository_id=gate.repository_id,
        kind=Kind.APPROVAL,
        at=gate.opened_at,
        actor=gate.requester.login,
        actor_id=gate.requester.id,
        what="gate opened",
        subject=_subject(gate.number, gate.subject.environment, gate.subject.head_sha),
        detail={"gate": gate.id, "plan": gate.subject.plan_digest, "base": gate.subject.base_ref},
    )


def closed_entry(gate: Gate) -> Entry:
    """This function will note that a gate is over."""
    return Entry(
        key=f"gate-over/{gate.id}/{gate.reason}",
        repository_id=gate.repository_id,
        kind=Kind.APPROVAL,
        at=gate.updated_at,
        actor=_BOT,
        actor_id=0,
        what=f"gate {gate.state}",
        subject=_subject(gate.number, gate.subject.environment, gate.subject.head_sha),
        result=gate.reason,
        evidence=gate.decision_id,
        detail={"gate": gate.id},
    )


def word_entry(word: Approval) -> Entry:
    """This function will note what a person said about a gate."""
    return Entry(
        key=f"word/{word.id}",
        repository_id=word.repository_id,
        kind=Kind.APPROVAL,
        at=word.given_at,
        actor=word.person.login,
        actor_id=word.person.id,
        what=f"{_DONE[word.word]} by {word.how}",
        subject=_subject(word.number, word.environment, word.head_sha),
        result=word.word.value,
        evidence=word.url,
        detail={
            "gate": word.gate_id,
            "tree": word.tree,
            "base": word.base_ref,
            "parameters": word.parameters_digest,
            "plan": word.plan_digest,
            "body": word.body_digest,
        }
        | ({"text": word.text} if word.text else {}),
    )


def voided_entry(word: Approval, why: Void, *, by: Actor | None, at: datetime) -> Entry:
    """This function will note that a person's word is void, and by whose act where one is known."""
    return Entry(
        key=f"word-void/{word.id}/{why}",
        repository_id=word.repository_id,
        kind=Kind.APPROVAL,
        at=at,
        actor=by.login if by is not None else _BOT,
        actor_id=by.id if by is not None else 0,
        what=f"approval of {word.person.login} void",
        subject=_subject(word.number, word.environment, word.head_sha),
        result=why.value,
        evidence=word.url,
        detail={"gate": word.gate_id},
    )


def _subject(number: int | None, environment: str, sha: str) -> str:
    return " ".join(part for part in (f"#{number}" if number else "", environment, sha[:7]) if part)
