"""Reads who waits: for environments that others hold, and to be merged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.merging.model import MergeState
from bot.merging.wishes.store import wish_from
from bot.storage.shipping_tables import merge_requests
from bot.storage.trust_tables import lease_queue
from bot.web.dashboard.standing.held import held_environments
from bot.web.dashboard.standing.listing import named
from bot.web.dashboard.standing.rows import columns_of, digest_of, read_as

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.merging.model import Wish
    from bot.web.dashboard.standing.model import Held
    from bot.web.dashboard.standing.needs import Mine

MOST_LANES = 30  # on a page; of more, a search finds those that are looked for
_MOST_ROWS = 2_000
_MOST_WAITING = 20  # of a lane
_OPEN = tuple(state.value for state in MergeState if not state.is_over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who waits for an environment."""

    repository_id: int
    environment: str
    number: int | None
    person: str
    sha: str
    kind: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentLane:
    """An environment in use, and who waits for it."""

    full_name: str
    held: Held | None  # None: it is free, and somebody is next
    environment: str
    waiting: tuple[Waiting, ...]
    repository_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLane:
    """A branch, and what waits to be merged into it, in order."""

    full_name: str
    repository_id: int
    base: str
    wishes: tuple[Wish, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """Who waits for what."""

    environments: tuple[EnvironmentLane, ...]
    environment_count: int
    merges: tuple[MergeLane, ...]
    merge_count: int  # of the branches
    version: str


def queues_of(connection: Connection, mine: Mine, *, said: str = "") -> Queues:
    """This function will read the lanes of these repositories, or of those whose names contain what was said."""
    held = {(one.repository_id, one.environment): one for one in held_environments(connection, mine)}
    tickets = _tickets(connection, mine)
    wishes = _wishes(connection, mine)
    ids = {place[0] for place in (*held, *tickets)} | {wish.repository_id for wish in wishes}
    names = {
        row.repository_id: row.full_name
        for row in named(connection, mine, ids, {})
        if said.lower() in row.full_name.lower()
    }
    places = sorted(
        (place for place in held.keys() | tickets.keys() if place[0] in names),
        key=lambda place: (-len(tickets.get(place, ())), names[place[0]], place[1]),
    )
    lanes = _merge_lanes([wish for wish in wishes if wish.repository_id in names], names)
    return Queues(
        environments=tuple(
            EnvironmentLane(
                full_name=names[place[0]],
                repository_id=place[0],
                held=held.get(place),
                environment=place[1],
                waiting=tuple(tickets.get(place, ())),
            )
            for place in places[:MOST_LANES]
        ),
        environment_count=len(places),
        merges=lanes[:MOST_LANES],
        merge_count=len(lanes),
        version=digest_of(sorted(map(str, (*held.values(), *tickets.items(), *wishes)))),
    )


def _tickets(connection: Connection, mine: Mine) -> dict[tuple[int, str], list[Waiting]]:
    table = lease_queue.c
    query = select(*columns_of(Waiting, lease_queue)).where(mine(table.repository_id))
    found: dict[tuple[int, str], list[Waiting]] = {}
    ordered = query.order_by(table.sequence, table.run_id).limit(_MOST_ROWS)
    for one in read_as(connection, Waiting, ordered):
        found.setdefault((one.repository_id, one.environment), []).append(one)
    return found


def _wishes(connection: Connection, mine: Mine) -> tuple[Wish, ...]:
    table = merge_requests.c
    query = select(merge_requests).where(table.state.in_(_OPEN), mine(table.repository_id))
    order = table.repository_id, table.base_ref, table.priority.desc(), table.asked_at, table.number
    return tuple(wish_from(row) for row in connection.execute(query.order_by(*order).limit(_MOST_ROWS)))


def _merge_lanes(wishes: Sequence[Wish], names: dict[int, str]) -> tuple[MergeLane, ...]:
    lanes = []
    for (repository_id, base), group in groupby(wishes, key=lambda wish: (wish.repository_id, wish.base_ref)):
        waiting = tuple(group)
        lanes.append(
            MergeLane(
                full_name=names[repository_id],
                repository_id=repository_id,
                base=base,
                wishes=waiting[:_MOST_WAITING],
                more=max(0, len(waiting) - _MOST_WAITING),
            )
        )
    return tuple(sorted(lanes, key=lambda lane: (-len(lane.wishes) - lane.more, lane.full_name, lane.base)))
