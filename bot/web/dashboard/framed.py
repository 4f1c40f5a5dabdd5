"""Puts the pages that summaries link to into the dashboard's frame: the same facts, the same templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.page_links import Kind
from bot.web.asked import Asked, Followed
from bot.web.dashboard.navigation import repository_address
from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.facts import facts_for, version_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.web.dashboard.page import Reading

_MOST_ID = (1 << 63) - 1  # that a database takes
_LONGEST_BASE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """A page that summaries link to, and its place in the frame."""

    name: str
    kind: Kind
    path: str
    root: str  # what the addresses of its sort begin with, below the repository's
    subject: str = ""  # where the address names none
    title: str = ""  # in the navigation; with one, a page without facts says what will be there
    order: int = 0


def framed(what: Framed) -> DashboardPage:
    """This function will make the page of the dashboard; its template extends the one that summaries link to."""
    return DashboardPage(
        name=what.name,
        path=what.path,
        template=f"framed_{what.kind}.html",
        scope=Scope.REPOSITORY,
        read=_reader(what),
        follow=_follower(what),
        title=what.title,
        order=what.order,
    )


def _reader(what: Framed) -> Callable[[Reading], Awaitable[Seen | None]]:
    async def read(reading: Reading) -> Seen | None:
        asked = _asked(what, reading)
        facts = await facts_for(reading.database, asked, now=reading.now)
        if facts is None and not (what.title and asked.subject == what.subject):
            return None
        version = facts.version if isinstance(facts, Followed) else ""
        return Seen(facts={"facts": facts, **_addresses(what, reading, asked)}, version=version)

    return read


def _follower(what: Framed) -> Callable[[Reading], Awaitable[str]]:
    async def follow(reading: Reading) -> str:
        return await version_for(reading.database, _asked(what, reading), now=reading.now)

    return follow


def _asked(what: Framed, reading: Reading) -> Asked:
    match = reading.match
    return Asked(
        repository_id=reading.home.repository_id,
        kind=what.kind,
        run_id=min(int(match.get("run", 0)), _MOST_ID),
        attempt=int(match.get("attempt", 0)),
        base=reading.query.get("base", "")[:_LONGEST_BASE],
        subject=match.get("subject", what.subject),
    )


def _addresses(what: Framed, reading: Reading, asked: Asked) -> dict[str, str]:
    """Where the template's links lead: within the frame, but for files."""
    name = reading.home.full_name
    links = {"here": repository_address(name, what.root), "base": asked.base}
    if what.kind is Kind.DEPLOYMENT:
        links["gates"] = repository_address(name, "/gates")
    if what.kind is Kind.COSTS:
        day = reading.now.date().isoformat() if asked.subject == what.subject else asked.subject
        address = reading.links.address(asked.repository_id, Kind.COSTS, day, "lines.csv", now=reading.now)
        links["lines_address"] = address
    return links
