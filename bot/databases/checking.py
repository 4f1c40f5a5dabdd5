"""Looks through a database while the bot runs: whether it is whole, of this version, and moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.audit.chain import follow
from bot.audit.store import all_entries
from bot.databases.guarding import refuse_absent
from bot.databases.places import Place, Store
from bot.storage.database import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.databases.places import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_well: bool
    says: str


def check(url: str) -> tuple[Finding, ...]:
    """This function will look at everything that can be looked at without stopping anybody.

    Raises:
        NotCarriedError: there is no database.
    """
    with Place(url) as place:
        refuse_absent(place)
        return tuple(_findings(place))


def _findings(place: Place) -> Iterator[Finding]:
    revision = place.revision()
    yield Finding(
        what="version of our tables",
        is_well=revision == HEAD,
        says=f"{revision or 'none'}; this program has {HEAD}",
    )
    if place.is_sqlite:
        yield from (_whole(place, store) for store in Store)
    if revision != HEAD:
        return
    with place.engines[Store.OWN].connect() as connection:
        checked = follow(all_entries(connection))
    broken = [str(each.broken) for each in checked if each.broken]
    yield Finding(
        what="journal", is_well=not broken, says="; ".join(broken) or f"{len(checked)} chain(s) whole"
    )
    counts = {str(item): item for item in place.items()}
    runs = _by_state(place, counts, "engine/workflow_status", "status")
    yield Finding(what="runs", is_well=True, says=_listed(runs))
    deliveries = _by_state(place, counts, "inbox/deliveries", "state")
    yield Finding(what="deliveries", is_well=not deliveries.get("failed"), says=_listed(deliveries))


def _whole(place: Place, store: Store) -> Finding:
    with place.engines[store].connect() as connection:
        said = [str(row[0]) for row in connection.execute(sa.text("pragma quick_check(5)"))]
    return Finding(what=f"{place.files()[store].name}", is_well=said == ["ok"], says="; ".join(said))


def _by_state(place: Place, items: dict[str, Item], name: str, column: str) -> dict[str, int]:
    item = items.get(name)
    if item is None:
        return {}
    table = item.table
    query = sa.select(table.c[column], sa.func.count()).group_by(table.c[column])
    with place.engines[item.store].connect() as connection:
        return {str(state).lower(): int(count) for state, count in connection.execute(query)}


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none"
