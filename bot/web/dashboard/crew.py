"""Gathers how the agents of all repositories stand that somebody can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import case, func, select, tuple_

from bot.storage.supervision_tables import sessions, supervisions
from bot.supervision.answering.words import ORDER
from bot.supervision.sessions.model import SessionState
from bot.web.agents.model import TONES
from bot.web.dashboard.scope import readable_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection, Row

    from bot.web.dashboard.page import Reading

PAGE_SIZE = 50
PATH = "/agents"
_BETWEEN = "~"  # the parts of a place in the list; neither states nor repositories have it in their names
_RANKS = {state.value: place for place, state in enumerate(ORDER)}
_LONGEST_NAME = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewFacts:
    """How many agents stand how, and a piece of their list: what a person should see first comes first."""

    rows: tuple[Row[Any], ...]
    counts: tuple[tuple[str, str, int], ...]  # tone, state, how many
    asked: Mapping[str, str]
    first: str  # the address of the first piece; empty there
    following: str  # the address of the next piece; empty at the end

    def word(self, state: str) -> tuple[str, str]:
        """This function will say how a state is coloured and called."""
        return TONES[SessionState(state)], state.capitalize()


def crew_facts(connection: Connection, reading: Reading) -> CrewFacts:
    """This function will read the agents that the viewer may see."""
    asked = {name: reading.query.get(name, "").strip()[:_LONGEST_NAME] for name in ("name", "state")}
    after = _place(reading.query.get("after", ""))
    rows = _rows(connection, reading, asked, after)
    shown = tuple(rows[:PAGE_SIZE])
    return CrewFacts(
        rows=shown,
        counts=_counts(connection, reading),
        asked=asked,
        first=_address(asked) if after is not None else "",
        following=_address(asked, after=shown[-1]) if len(rows) > PAGE_SIZE else "",
    )


def crew_version(connection: Connection, reading: Reading) -> str:
    """This function will read how all agents stand, in a few characters."""
    newest = select(func.max(sessions.c.updated_at), func.count()).where(_mine(reading))
    at, count = connection.execute(newest).one()
    return f"{at:%Y%m%d%H%M%S%f}-{count}" if at else "0"


def _place(word: str) -> tuple[int, str, str] | None:
    """After which agent the piece begins, by what the list is ordered by: agents that come or go shift nothing."""
    state, _, rest = word.partition(_BETWEEN)
    repository, _, name = rest.partition(_BETWEEN)
    return (_RANKS[state], repository, name) if state in _RANKS else None


def _rows(
    connection: Connection, reading: Reading, asked: Mapping[str, str], after: tuple[int, str, str] | None
) -> list[Row[Any]]:
    c = sessions.c
    rank = case(_RANKS, value=c.state, else_=len(ORDER))
    query = (
        select(c.name, c.host, c.state, c.since, c.text, c.work, c.probed_at, supervisions.c.repository)
        .join(supervisions, supervisions.c.repository_id == c.repository_id)
        .where(_mine(reading))
    )
    if asked["state"]:
        query = query.where(c.state == asked["state"])
    if asked["name"]:
        name = asked["name"].lower()
        query = query.where(
            func.lower(supervisions.c.repository).contains(name, autoescape=True)
            | func.lower(c.name).contains(name, autoescape=True)
        )
    order = (rank, supervisions.c.repository, c.name)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    return list(connection.execute(query.order_by(*order).limit(PAGE_SIZE + 1)))


def _counts(connection: Connection, reading: Reading) -> tuple[tuple[str, str, int], ...]:
    watched = sessions.join(supervisions, supervisions.c.repository_id == sessions.c.repository_id)
    query = (
        select(sessions.c.state, func.count())
        .select_from(watched)
        .where(_mine(reading))
        .group_by(sessions.c.state)
    )
    found = {SessionState(state): count for state, count in connection.execute(query)}
    return tuple((TONES[state], state.value, found[state]) for state in ORDER if state in found)


def _mine(reading: Reading) -> ColumnElement[bool]:
    return readable_by(reading.viewer, sessions.c.repository_id)


def _address(asked: Mapping[str, str], *, after: Row[Any] | None = None) -> str:
    words = {name: value for name, value in asked.items() if value}
    if after is not None:
        words["after"] = _BETWEEN.join((after.state, after.repository, after.name))
    return f"{PATH}?{urlencode(words)}" if words else PATH
