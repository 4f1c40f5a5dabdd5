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


def decide_redeliveries(
    deliveries: Iterable[HookDelivery],
    *,
    done: Collection[str],
    waiting: Collection[str],
    wanted: Callable[[str, str | None], bool],
    now: datetime,
) -> Redeliveries:
    """This function will pick the newest attempt of every wanted delivery that was never processed.

    Args:
        deliveries: The attempts that GitHub lists.
        done: GUIDs that were processed.
        waiting: GUIDs that lie in the inbox.
        wanted: Whether any handler wants this event and action.
        now: The present.
    """
    attempts: defaultdict[str, list[HookDelivery]] = defaultdict(list)
    for delivery in deliveries:
        if wanted(delivery.event, delivery.action):
            attempts[delivery.guid].append(delivery)
    ask: list[HookDelivery] = []
    given_up: list[str] = []
    unprocessed: list[datetime] = []
    for guid, tries in attempts.items():
        if guid in done:
            continue
        newest = max(tries, key=lambda attempt: (attempt.delivered_at, attempt.id))
        if len(tries) >= MOST_ATTEMPTS:
            given_up.append(guid)
            continue
        unprocessed.append(min(attempt.delivered_at for attempt in tries))
        in_work = guid in waiting or (newest.succeeded and now - newest.delivered_at < GRACE)
        if not in_work:
            ask.append(newest)
    ask.sort(key=lambda attempt: (attempt.delivered_at, attempt.id))
    return Redeliveries(
        ask=tuple(attempt.id for attempt in ask),
        given_up=tuple(sorted(given_up)),
        oldest_open=min(unprocessed, default=None),
    )
