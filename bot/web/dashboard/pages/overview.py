"""The overview: the repositories that need somebody come first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.levels.render import TITLES as LEVEL_TITLES
from bot.levels.render import render_level
from bot.levels.store import Asked, levels_of
from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.scope import readable_by
from bot.web.dashboard.standing.held import held_environments
from bot.web.dashboard.standing.listing import named, piece_of
from bot.web.dashboard.standing.model import (
    TITLES,
    NeedKind,
    by_repository,
    counts_of,
    most_needing,
    version_of,
)
from bot.web.dashboard.standing.needs import needs_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.levels.model import Level
    from bot.web.dashboard.page import Reading
    from bot.web.dashboard.standing.listing import Piece
    from bot.web.dashboard.standing.model import Held, Listed

ANY = "any"
_MOST_FIRST = 12  # before the list of all
_MOST_NEEDING = 60  # of more, a search finds those that are looked for
_MOST_HELD = 6
_LEVELS_OF = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the reader asks for."""

    said: str = ""
    need: str = ""  # a kind of need, any of them, or empty
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewFacts:
    """How everything stands that a person can read."""

    chosen: Chosen
    counts: tuple[tuple[NeedKind, int], ...]
    needing: tuple[Listed, ...]
    needing_count: int
    piece: Piece | None  # of all repositories; None where only those that need somebody are asked for
    held: tuple[Held, ...]
    held_count: int
    names: dict[int, str]
    levels: tuple[Level, ...]
    failed: int | None  # deliveries; None for who may not know
    version: str

    @property
    def is_first(self) -> bool:
        """Whether it is the page that one comes to, not what one searched for."""
        return not (self.chosen.said or self.chosen.need or self.chosen.after)


def _chosen(reading: Reading) -> Chosen:
    need = reading.query.get("need", "")
    known = {ANY, *(kind.value for kind in NeedKind)}
    return Chosen(
        said=reading.query.get("q", "").strip()[:100],
        need=need if need in known else "",
        after=reading.query.get("after", "")[:200],
    )


async def _read(reading: Reading) -> Seen:
    chosen = _chosen(reading)
    failed = (await reading.inbox.backlog()).failed if reading.viewer.is_operator else None
    facts = await reading.database.read(lambda connection: _facts(connection, reading, chosen, failed))
    words = {
        "titles": TITLES,
        "level_titles": LEVEL_TITLES,
        "render_level": render_level,
        "is_whole": reading.viewer.is_whole,
    }
    return Seen(facts={"facts": facts, **words}, version=facts.version)


def _facts(connection: Connection, reading: Reading, chosen: Chosen, failed: int | None) -> OverviewFacts:
    mine = partial(readable_by, reading.viewer)
    every = needs_of(connection, mine, now=reading.now)
    occupied = held_environments(connection, mine)
    needs = by_repository(every)
    rows = named(connection, mine, needs.keys() | {one.repository_id for one in occupied}, needs)
    names = {row.repository_id: row.full_name for row in rows}
    needing = most_needing(row for row in rows if _fits(row, chosen))
    held = tuple(one for one in occupied if one.repository_id in names)
    present = [need for need in every if need.repository_id in names]
    piece = None
    if not chosen.need:
        piece = piece_of(connection, mine, needs, said=chosen.said, after=chosen.after)
    return OverviewFacts(
        chosen=chosen,
        counts=counts_of(present),
        needing=needing[: _MOST_NEEDING if chosen.need else _MOST_FIRST],
        needing_count=len(needing),
        piece=piece,
        held=held[:_MOST_HELD],
        held_count=len(held),
        names=names,
        levels=_levels(connection, reading),
        failed=failed,
        version=version_of(every, occupied),
    )


def _fits(row: Listed, chosen: Chosen) -> bool:
    if chosen.said.lower() not in row.full_name.lower():
        return False
    return chosen.need in {"", ANY} or any(need.kind.value == chosen.need for need in row.needs)


def _levels(connection: Connection, reading: Reading) -> tuple[Level, ...]:
    whose = None if reading.viewer.is_operator else reading.viewer.repositories.keys()
    asked = Asked(since=reading.now - _LEVELS_OF, repositories=whose)
    return levels_of(connection, asked, reading.goals)


async def _version(reading: Reading) -> str:
    def read(connection: Connection) -> str:
        mine = partial(readable_by, reading.viewer)
        return version_of(needs_of(connection, mine, now=reading.now), held_environments(connection, mine))

    return await reading.database.read(read)


PAGE = DashboardPage(
    name="overview",
    path="/",
    template="overview.html",
    scope=Scope.PERSON,
    read=_read,
    follow=_version,
    title="Overview",
    order=0,
)
