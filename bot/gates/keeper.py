"""Keeps gates: opens, evaluates and closes them, takes a person's word, and shows on GitHub how they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.audit.canonical import canonical, digest
from bot.commands.model import Reason, Refused
from bot.decisions.model import conclude
from bot.decisions.store import Where, record, recorded
from bot.gates.changes import Outcome, Snapshot, close_gate, open_gate, save_outcome, snapshot, take_word
from bot.gates.facts import Asked, gather
from bot.gates.publishing import Publisher
from bot.gates.render import render_standing
from bot.gates.rules import KIND, condition_word, decide_gate, refuse_word, state_after, voided
from bot.gates.speech import refuse_speech, word_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.gates.facts import Gathered
    from bot.gates.ledger import Approval
    from bot.gates.model import Gate, Opening
    from bot.gates.speech import Speech
    from bot.github.client import RepositoryClient

_TRIES = 5  # while other evaluations of the same gate get in between


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the gates of every repository; each of its acts may be done twice and none raises GitHub's errors."""

    services: Services

    async def open(self, repo: RepositoryClient, opening: Opening, *, now: datetime) -> Gate:
        """This function will make what is asked for wait for people; with another subject all begins anew."""
        before, gate = await self.services.database.write(
            lambda connection: open_gate(connection, repo.ref.id, opening, now=now)
        )
        if before is not None and before.subject.head_sha != gate.subject.head_sha:
            await Publisher(self.services).leave(repo, before, new_head=gate.subject.head_sha)
        return await self.evaluate(repo, gate.id, now=now)

    async def evaluate(
        self, repo: RepositoryClient, gate_id: str, *, now: datetime, is_asked: bool = False
    ) -> Gate:
        """This function will read everything about the gate again, save how it stands and show it.

        Args:
            repo: where it stands.
            gate_id: of the gate.
            now: the time, which it may have run out of.
            is_asked: whether GitHub waits for its check run to be written again.

        Raises:
            UnknownGateError: there is none.
        """
        publisher = Publisher(self.services)
        seen = await self._seen(gate_id)
        for _ in range(_TRIES):
            if seen.gate.state.is_over or seen.is_passed:
                break
            gathered = await gather(repo, Asked(gate=seen.gate, words=seen.words, at=now))
            outcome = await self._outcome(repo, seen, gathered, now)
            if await self._saved(seen, outcome, now):
                gate = await publisher.publish(repo, outcome.gate, now=now, is_asked=is_asked)
                await publisher.ask_reviewers(repo, gate, gathered.facts)
                return gate
            seen = await self._seen(gate_id)
        return await publisher.publish(repo, seen.gate, now=now, is_asked=is_asked)

    async def weigh_word(self, repo: RepositoryClient, speech: Speech, *, now: datetime) -> Decision:
        """This function will decide how the gate stands now and whether the word would count, and change nothing.

        Raises:
            UnknownGateError: there is none.
        """
        seen = await self._seen(speech.gate_id)
        asked = Asked(gate=seen.gate, words=seen.words, at=now, speaker=speech.person)
        facts = (await gather(repo, asked)).facts
        refusal = refuse_speech(speech, seen.gate, is_passed=seen.is_passed)
        refusal = refusal or refuse_word(facts, word_of(speech, seen.gate, facts))
        return conclude(KIND, (condition_word(refusal), *decide_gate(facts).conditions))

    async def close(
        self, repo: RepositoryClient, gate_id: str, *, reason: Reason, text: str, now: datetime
    ) -> Gate:
        """This function will end the gate because what waited at it is over; `text` is safe Markdown.

        Raises:
            UnknownGateError: there is none.
        """
        gate = await self.services.database.write(
            lambda connection: close_gate(connection, gate_id, reason=reason, text=text, now=now)
        )
        return await Publisher(self.services).publish(repo, gate, now=now)

    async def say(self, repo: RepositoryClient, speech: Speech, *, now: datetime) -> Gate | Refused:
        """This function will take a person's word about a gate, where it counts, and evaluate the gate.

        Raises:
            UnknownGateError: there is none.
        """
        for _ in range(_TRIES):
            seen = await self._seen(speech.gate_id)
            if speech.word_id(repo.ref.id) in {word.id for word in seen.words}:
                return await self.evaluate(repo, speech.gate_id, now=now)  # it was taken before
            refusal = refuse_speech(speech, seen.gate, is_passed=seen.is_passed)
            if refusal is not None:
                return refusal
            asked = Asked(gate=seen.gate, words=seen.words, at=now, speaker=speech.person)
            facts = (await gather(repo, asked)).facts
            word = word_of(speech, seen.gate, facts)
            refusal = refuse_word(facts, word)
            if refusal is not None:
                return refusal
            if await self._taken(seen, word):
                return await self.evaluate(repo, speech.gate_id, now=now)
        text = "Others said something about it at the same moment. Write the command again."
        return Refused(reason=Reason.COULD_NOT_VERIFY, text=text)

    async def _seen(self, gate_id: str) -> Snapshot:
        return await self.services.database.read(lambda connection: snapshot(connection, gate_id))

    async def _saved(self, seen: Snapshot, outcome: Outcome, now: datetime) -> bool:
        return await self.services.database.write(
            lambda connection: save_outcome(connection, seen, outcome, now=now)
        )

    async def _taken(self, seen: Snapshot, word: Approval) -> bool:
        return await self.services.database.write(lambda connection: take_word(connection, seen, word))

    async def _outcome(
        self, repo: RepositoryClient, seen: Snapshot, gathered: Gathered, now: datetime
    ) -> Outcome:
        facts, gate = gathered.facts, seen.gate
        decision = decide_gate(facts)
        subject = gate.subject
        if facts.change is not None and facts.change.head_sha == subject.head_sha:
            subject = replace(subject, base_ref=facts.change.base_ref)  # after a retarget it waits on, anew
        before = await self.services.database.read(lambda connection: recorded(connection, gate.decision_id))
        decision_id = gate.decision_id
        if before is None or before.decision != canonical(decision):
            decision_id = await record(
                self.services.database,
                decision,
                facts=(facts,),
                where=Where(repository=repo.ref, number=gate.number, environment=subject.environment, at=now),
                key=f"gate/{repo.ref.id}/{gate.id}/{gate.decision_id}/{digest(decision)}",
            )
        gate = replace(
            gate,
            subject=subject,
            state=state_after(decision),
            reason=str(decision.reason or Reason.APPROVED),
            text=render_standing(decision),
            decision_id=decision_id,
            expires_at=facts.expires_at or gate.expires_at,
        )
        return Outcome(gate=gate, reviewed=gathered.reviewed, voided=voided(facts))
