"""How long people wait for the bot: by what they wait for, by day, and where they wait longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.levels.model import Kind
from bot.levels.render import EMPTY, TITLES, render_level, render_seconds, render_share
from bot.levels.rules import every_day
from bot.levels.store import MOST, Asked, days_of, late_in, levels_of
from bot.web.dashboard.page import DashboardPage, Scope, Seen

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.levels.model import Day, Late, Level
    from bot.web.dashboard.page import Reading

_SPANS = {"1": "Last day", "7": "Last 7 days", "30": "Last 30 days"}
_USUAL = "7"
_WORST = 20
# What each wait begins and ends with, as whoever reads the figures should know it.
_MEANT = {
    Kind.ACKNOWLEDGED: "From the moment that a command was written to the first sign that it was seen.",
    Kind.SUMMARISED: "From the end of a red workflow run to the summary on its pull request.",
    Kind.MERGED: "From the end of the last check that a merge needed, and its quiet time, to the merge.",
    Kind.MERGED_IN_LINE: (
        "From when nothing stood against a pull request to its merge by a train or GitHub's merge queue, which run "
        "its checks once more."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsFacts:
    """What the page shows."""

    days: str
    spans: tuple[tuple[str, str], ...]
    levels: tuple[Level, ...]
    by_day: dict[Kind, tuple[Day, ...]]  # empty for a single day
    worst: tuple[Late, ...]
    most: int  # waits of a kind that are counted, where there were more; 0 where all are


async def read_levels(reading: Reading) -> Seen:
    """This function will read the waits of a repository, or of all that the viewer can read."""
    facts = await reading.database.read(lambda connection: _facts(connection, reading))
    return Seen(
        facts={
            "facts": facts,
            "titles": TITLES,
            "meant": _MEANT,
            "empty_words": EMPTY,
            "render_level": render_level,
            "seconds": render_seconds,
            "share": render_share,
        }
    )


def _facts(connection: Connection, reading: Reading) -> LevelsFacts:
    days = reading.query.get("days", _USUAL)
    days = days if days in _SPANS else _USUAL
    asked = Asked(since=reading.now - timedelta(days=int(days)), repositories=_whose(reading))
    found = levels_of(connection, asked, reading.goals)
    return LevelsFacts(
        days=days,
        spans=tuple(_SPANS.items()),
        levels=found,
        by_day=_by_day(connection, reading, asked, int(days)) if int(days) > 1 else {},
        worst=late_in(connection, asked, reading.goals, most=_WORST),
        most=MOST if any(level.count >= MOST for level in found) else 0,
    )


def _whose(reading: Reading) -> Collection[int] | None:
    if reading.repository is not None:
        return (reading.repository.repository_id,)
    return None if reading.viewer.is_operator else reading.viewer.repositories.keys()


def _by_day(connection: Connection, reading: Reading, asked: Asked, days: int) -> dict[Kind, tuple[Day, ...]]:
    found = days_of(connection, asked, reading.goals)
    return {kind: every_day(each, until=reading.now.date(), days=days) for kind, each in found.items()}


PAGE = DashboardPage(
    name="levels",
    path="/levels",
    template="levels.html",
    scope=Scope.PERSON,
    read=read_levels,
    title="Waits",
    order=60,
)
