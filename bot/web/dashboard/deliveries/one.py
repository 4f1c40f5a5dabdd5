"""Gathers what is known of one delivery, and lets it be handled again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.audit.effects import NOWHERE
from bot.audit.model import Entry, Kind
from bot.audit.store import journal
from bot.redaction import redact
from bot.storage.deliveries.model import MOST_LISTED, Decision, DeliveryQuery, State
from bot.web.dashboard.deliveries.listing import WORDS, may_replay, may_see
from bot.web.dashboard.deliveries.payloads import readable
from bot.web.dashboard.deliveries.runs import standings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.deliveries.model import SeenDelivery
    from bot.web.dashboard.deliveries.payloads import ReadablePayload
    from bot.web.dashboard.deliveries.runs import RunStanding
    from bot.web.dashboard.page import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One thing that came of a delivery, and how that stands."""

    decision: Decision
    run: RunStanding | None  # None: the engine does not know it (any more)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """A delivery with all that is known of it."""

    delivery: SeenDelivery
    outcomes: Sequence[Outcome]
    payload: ReadablePayload | None
    may_replay: bool

    @property
    def word(self) -> tuple[str, str]:
        """How its state is coloured and called."""
        return WORDS[self.delivery.state]

    @property
    def can_replay(self) -> bool:
        """Whether there is something to handle again, and this person may ask for it."""
        return self.may_replay and self.delivery.has_payload and self.delivery.state is not State.WAITING

    @property
    def version(self) -> str:
        """How it stands, in a few characters; empty once nothing of it can change by itself any more."""
        runs = [each.run for each in self.outcomes if each.run is not None]
        if self.delivery.state is not State.WAITING and all(run.is_over for run in runs):
            return ""
        return ".".join([self.delivery.state.value, *(run.status for run in runs)])


async def delivery_asked_for(reading: Reading) -> SeenDelivery | None:
    """This function will read the delivery that the address names; None where it is not for this person."""
    sequence = int(reading.match["sequence"])
    rows = await reading.inbox.deliveries(DeliveryQuery(repositories=None, before=sequence + 1, limit=1))
    found = next((row for row in rows if row.sequence == sequence), None)
    return found if found is not None and may_see(reading.viewer, found) else None


async def facts_of(reading: Reading, delivery: SeenDelivery) -> DeliveryFacts:
    """This function will read what came of a delivery; what it said is for those who may act for its repository."""
    decisions = delivery.decisions or ()
    runs = await standings_of(reading.database, (each.run_id for each in decisions))
    is_writer = may_replay(reading.viewer, delivery)
    body = await reading.inbox.payload_of(delivery.sequence) if is_writer else None
    return DeliveryFacts(
        delivery=delivery,
        outcomes=tuple(Outcome(decision=each, run=runs.get(each.run_id)) for each in decisions),
        payload=None if body is None else await asyncio.to_thread(readable, body),
        may_replay=is_writer,
    )


async def version_of(reading: Reading) -> str:
    """This function will read how a delivery stands, without what it said."""
    delivery = await delivery_asked_for(reading)
    if delivery is None:
        return ""
    decisions = delivery.decisions or ()
    runs = await standings_of(reading.database, (each.run_id for each in decisions))
    outcomes = tuple(Outcome(decision=each, run=runs.get(each.run_id)) for each in decisions)
    return DeliveryFacts(delivery=delivery, outcomes=outcomes, payload=None, may_replay=False).version


async def replay(reading: Reading) -> str:
    """This function will let the delivery be handled again, and say what came of that in a sentence."""
    delivery = await delivery_asked_for(reading)
    if delivery is None:
        return "There is no such delivery any more."
    if not may_replay(reading.viewer, delivery):
        return "Nothing was done: replaying takes write access to the repository."
    if delivery.state is State.WAITING:
        return "Nothing was done: it waits to be handled already."
    if not delivery.has_payload:
        return "Nothing was done: what it said is not kept any more. GitHub can send it again for three days."
    # Written down first: what is done without a trace would be worse than a trace of what was not done.
    await journal(reading.database, _entry(reading, delivery))
    if not await reading.inbox.replay(delivery.sequence):
        return "Nothing was done: somebody else was quicker."
    return "It waits to be handled again. What it began before and went well is not begun a second time."


async def replay_failed(reading: Reading) -> str:
    """This function will let the newest deliveries that failed be handled again, for an operator."""
    if not reading.viewer.is_operator:
        return "Nothing was done: replaying what failed everywhere is for operators."
    query = DeliveryQuery(repositories=None, state=State.FAILED, limit=MOST_LISTED)
    replayed = 0
    for delivery in await reading.inbox.deliveries(query):
        if delivery.has_payload:
            await journal(reading.database, _entry(reading, delivery))
            replayed += await reading.inbox.replay(delivery.sequence)
    noun = "delivery waits" if replayed == 1 else "deliveries wait"
    return (
        f"{replayed} {noun} to be handled again." if replayed else "Nothing was done: none can be replayed."
    )


def _entry(reading: Reading, delivery: SeenDelivery) -> Entry:
    return Entry(
        key=f"replay/{delivery.sequence}/{reading.now.isoformat()}",
        repository_id=NOWHERE if delivery.repository_id is None else delivery.repository_id,
        kind=Kind.COMMAND,
        at=reading.now,
        actor=reading.viewer.login,
        actor_id=reading.viewer.user_id,
        what="delivery replayed",
        subject=f"{delivery.event} {delivery.guid}",
        result="asked",
        detail={"state": delivery.state.value, "error": redact(delivery.error)},
    )
