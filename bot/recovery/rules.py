"""Which deliveries to ask for again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from bot.github.models import HookDelivery

# GitHub keeps deliveries for three days and can redeliver no older one.
WINDOW = timedelta(days=3)
# A delivery this young may still be on its way through the inbox.
GRACE = timedelta(seconds=30)
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeliveries:
    """What to ask for again, and what was asked for too often."""

    ask: tuple[int, ...]  # delivery ids, oldest first
    given_up: tuple[str, ...]  # GUIDs
    oldest_open: datetime | None  # when the oldest delivery still unprocessed was first sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What our own database knows of deliveries."""

    done: Collection[str]  # GUIDs that were processed
    waiting: Collection[str]  # GUIDs that lie in the inbox
    # What GitHub saw acknowledged before was another database's: it is not acted on twice because that one was lost.
    began: datetime


def decide_redeliveries(
    deliveries: Iterable[HookDelivery],
    known: Known,
    *,
    wanted: Callable[[str, str | None], bool],
    now: datetime,
) -> Redeliveries:
    """This function will pick the newest attempt of every wanted delivery that was never processed."""
    attempts: defaultdict[str, list[HookDelivery]] = defaultdict(list)
    for delivery in deliveries:
        if wanted(delivery.event, delivery.action):
            attempts[delivery.guid].append(delivery)
    ask: list[HookDelivery] = []
    given_up: list[str] = []
    unprocessed: list[datetime] = []
    for guid, tries in attempts.items():
        if guid in known.done or any(each.succeeded and each.delivered_at < known.began for each in tries):
            continue
        newest = max(tries, key=lambda attempt: (attempt.delivered_at, attempt.id))
        if len(tries) >= MOST_ATTEMPTS:
            given_up.append(guid)
            continue
        unprocessed.append(min(attempt.delivered_at for attempt in tries))
        in_work = guid in known.waiting or (newest.succeeded and now - newest.delivered_at < GRACE)
        if not in_work:
            ask.append(newest)
    ask.sort(key=lambda attempt: (attempt.delivered_at, attempt.id))
    return Redeliveries(
        ask=tuple(attempt.id for attempt in ask),
        given_up=tuple(sorted(given_up)),
        oldest_open=min(unprocessed, default=None),
    )
