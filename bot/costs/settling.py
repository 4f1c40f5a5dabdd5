"""Reads what the days before today have cost as they are billed: by AWS, and by GitHub where it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.costs.minutes.billing import billed_minutes, unbilled
from bot.costs.minutes.counting import SOURCE
from bot.costs.model import Gap, GapKind
from bot.costs.sources import cost_explorer
from bot.costs.sources.cost_explorer import WINDOW, Settled
from bot.github.billing import billed_in
from bot.github.errors import Forbidden, GitHubError, NotFound
from bot.github.run_history import is_public
from bot.markdown import escape

if TYPE_CHECKING:
    from bot.costs.look import Look

_DAY = timedelta(days=1)


async def settled(look: Look) -> Settled:
    """This function will read the seven days before today; ask it once a day, for AWS charges each request."""
    told = await cost_explorer.settled(look)
    minutes = await _minutes(look) if look.config.actions else Settled()
    return replace(told, lines=(*told.lines, *minutes.lines), gaps=(*told.gaps, *minutes.gaps))


async def _minutes(look: Look) -> Settled:
    """A public repository pays for no standard runner, so there its bill has nothing to tell."""
    since, last = look.day - WINDOW, look.day - _DAY
    months = sorted({(day.year, day.month) for day in (since, last)})
    try:
        if await is_public(look.github):
            return Settled()
        items = [
            item for year, month in months for item in await billed_in(look.github, year=year, month=month)
        ]
    except Forbidden as error:
        return Settled(gaps=(unbilled(str(error)),))
    except NotFound:  # a person's repository
        return Settled()
    except GitHubError as error:
        text = f"What GitHub billed could not be read: {escape(str(error)[:400])}"
        return Settled(gaps=(Gap(source=SOURCE, kind=GapKind.UNAVAILABLE, text=text),))
    return Settled(lines=billed_minutes(items, look.repository, since=since, until=look.day))
