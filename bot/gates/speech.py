"""What a person says about a gate by a command, a button or a review, before it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.config.policy import parse_duration
from bot.gates.ledger import (
    Approval,
    Word,
    approval_id,
    parameters_digest,
    subject_digest,
)
from bot.gates.model import GateState, How
from bot.gates.render import quoted
from bot.github.models import Actor  # noqa: TC001 - as above
from bot.markdown import code

if TYPE_CHECKING:
    from bot.gates.fact_model import GateFacts
    from bot.gates.model import Gate

_AT_FIRST = timedelta(hours=24)
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A person's word about a gate."""

    gate_id: str
    person: Actor
    word: Word
    how: How
    source: str  # tells it from every other one: the key of the command's receipt
    said_at: datetime
    text: str = ""  # the reason of a rejection
    url: str = ""
    comment_id: int | None = None  # of the comment, or of the review it is written in
    body_digest: str = ""
    of: str = ""  # the subject's digest as it was shown, where it is known

    def word_id(self, repository_id: int) -> str:
        """This function will return the id under which the word is kept."""
        return approval_id(repository_id, source=self.source, gate_id=self.gate_id)


def refuse_speech(speech: Speech, gate: Gate, *, is_passed: bool = False) -> Refused | None:
    """This function will refuse a word that cannot be about what waits now, and return None otherwise.

    Args:
        speech: the word.
        gate: as it stands.
        is_passed: whether what waited is on its way into the environment.
    """
    if speech.person.is_bot:
        text = "An approval is a person's word; a bot's does not count."
        return Refused(reason=Reason.NOT_AN_APPROVER, text=text)
    return _refuse_late(speech, gate, is_passed=is_passed) or _refuse_outdated(speech, gate)


def _refuse_late(speech: Speech, gate: Gate, *, is_passed: bool) -> Refused | None:
    environment = code(gate.subject.environment)
    if gate.state.is_over:
        text = f"The gate of {environment} is over: it is {gate.state}. Ask for the deployment again."
        return Refused(reason=Reason.NOTHING_WAITS, text=text)
    if is_passed:
        undo = code(f"/rollback {quoted(gate.subject.environment)}")
        text = f"What waited for {environment} is on its way already. {code('/cancel')} stops it; {undo} undoes it."
        return Refused(reason=Reason.NOTHING_WAITS, text=text)
    if speech.word is Word.APPROVE and gate.state is GateState.APPROVED and speech.how is How.BUTTON:
        return Refused(reason=Reason.NOTHING_WAITS, text=f"{environment} is approved already.")
    return None


def _refuse_outdated(speech: Speech, gate: Gate) -> Refused | None:
    """Whoever says something about what is no more has not seen what is."""
    environment = code(gate.subject.environment)
    if speech.of and not subject_digest(gate.subject).startswith(speech.of.lower()):
        text = (
            f"What waits for {environment} now is not what you saw. Look at the check run, then press again."
        )
        return Refused(reason=Reason.APPROVAL_VOID, text=text)
    # GitHub's times are whole seconds.
    if speech.word is Word.APPROVE and speech.said_at < gate.opened_at.replace(microsecond=0):
        text = (
            f"What waits for {environment} now has changed since this was written. Look at the check run, "
            "then write it again."
        )
        return Refused(reason=Reason.APPROVAL_VOID, text=text)
    return None


def word_of(speech: Speech, gate: Gate, facts: GateFacts) -> Approval:
    """This function will bind the word to exactly what waits now."""
    subject, change, approvals = gate.subject, facts.change, facts.approvals
    expires = parse_duration(approvals.expires) if approvals is not None else _AT_FIRST
    return Approval(
        id=speech.word_id(gate.repository_id),
        repository_id=gate.repository_id,
        number=gate.number,
        environment=subject.environment,
        gate_id=gate.id,
        person=speech.person,
        word=speech.word,
        how=speech.how,
        head_sha=subject.head_sha,
        tree=subject.tree,
        base_ref=change.base_ref if change is not None else subject.base_ref,
        authors_digest=change.authors_digest if change is not None else "",
        parameters_digest=parameters_digest(subject.parameters),
        plan_digest=subject.plan_digest,
        given_at=facts.at,
        expires_at=facts.at + expires,
        text=speech.text[:_LONGEST_TEXT],
        url=speech.url,
        comment_id=speech.comment_id,
        body_digest=speech.body_digest,
    )
