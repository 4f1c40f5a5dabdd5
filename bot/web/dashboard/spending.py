"""Gathers how the budgets of all repositories stand that somebody can read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - part of a public signature
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import func, select

from bot.budget.model import Mode, Stage
from bot.storage.cost_tables import budgets
from bot.web.costs.model import STAGES
from bot.web.dashboard.scope import readable_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from sqlalchemy import Connection, Row

    from bot.web.dashboard.page import Reading

PAGE_SIZE = 50
PATH = "/costs"
_BETWEEN = "~"  # the parts of a place in the list; no repository has it in its name
_UNKNOWN = -1.0  # the share of what nothing is known of: it comes last
_LONGEST_NAME = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """How one repository's budget stands."""

    full_name: str
    stage: Stage
    is_dry: bool
    limit: Decimal
    spent: Decimal | None  # None: nothing was read of today yet
    forecast: Decimal | None
    is_sure: bool
    read_at: datetime

    @property
    def word(self) -> tuple[str, str]:
        """How its stage is coloured and called."""
        return STAGES[self.stage]

    @property
    def share(self) -> float | None:
        """What the day will come to, as a share of the limit; None where nothing is known of it."""
        if self.forecast is None or not self.limit:
            return None
        return float(self.forecast / self.limit)

    @property
    def place(self) -> tuple[float, str]:
        """Where it stands in the list."""
        return (-(self.share if self.share is not None else _UNKNOWN), self.full_name)

    @property
    def is_over(self) -> bool:
        """Whether the day ends above its limit as things stand."""
        return self.forecast is not None and self.forecast > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingFacts:
    """How the budgets stand together, and a piece of their list."""

    rows: tuple[BudgetLine, ...]
    count: int
    spent: Decimal | None  # today; None where nothing is known of any
    forecast: Decimal | None
    limit: Decimal
    over: int  # budgets that will end above their limits
    unread: int  # of which nothing was read today
    asked: Mapping[str, str]
    first: str  # the address of the first piece; empty there
    following: str  # the address of the next piece; empty at the end


def spending_facts(connection: Connection, reading: Reading) -> SpendingFacts:
    """This function will read the budgets that the viewer may see, those nearest to their limits first."""
    asked = {name: reading.query.get(name, "").strip()[:_LONGEST_NAME] for name in ("name", "stage")}
    lines = [
        line for line in _lines(connection, reading, asked["name"]) if asked["stage"] in {"", line.stage}
    ]
    lines.sort(key=lambda line: line.place)
    after = _place(reading.query.get("after", ""))
    rows = [line for line in lines if after is None or line.place > after]
    shown = tuple(rows[:PAGE_SIZE])
    return SpendingFacts(
        rows=shown,
        count=len(lines),
        spent=_sum(line.spent for line in lines),
        forecast=_sum(line.forecast for line in lines),
        limit=sum((line.limit for line in lines), Decimal(0)),
        over=sum(line.is_over for line in lines),
        unread=sum(line.spent is None for line in lines),
        asked=asked,
        first=_address(asked) if after is not None else "",
        following=_address(asked, after=shown[-1]) if len(rows) > PAGE_SIZE else "",
    )


def _lines(connection: Connection, reading: Reading, name: str) -> Iterable[BudgetLine]:
    c = budgets.c
    columns = [c.repository, c.stage, c.mode, c.day, c.limit, c.spent, c.forecast, c.is_sure, c.read_at]
    query = select(*columns).where(readable_by(reading.viewer, c.repository_id))
    if name:
        query = query.where(func.lower(c.repository).contains(name.lower(), autoescape=True))
    today = reading.now.date().isoformat()
    return [_line(row, today) for row in connection.execute(query)]


def _line(row: Row[Any], today: str) -> BudgetLine:
    """With a new day (UTC) every budget begins again; what was read yesterday tells nothing of today."""
    is_today = row.day == today
    return BudgetLine(
        full_name=row.repository,
        stage=Stage(row.stage) if is_today else Stage.UNDER,
        is_dry=row.mode == Mode.DRY_RUN,
        limit=row.limit,
        spent=row.spent if is_today else None,
        forecast=row.forecast if is_today else None,
        is_sure=row.is_sure and is_today,
        read_at=row.read_at,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _place(word: str) -> tuple[float, str] | None:
    """After which budget the piece begins, by what the list is ordered by: budgets that come or go shift nothing."""
    share, _, full_name = word.partition(_BETWEEN)
    try:
        place = (-float(share), full_name)
    except ValueError:
        return None
    return place if math.isfinite(place[0]) else None


def _address(asked: Mapping[str, str], *, after: BudgetLine | None = None) -> str:
    words = {name: value for name, value in asked.items() if value}
    if after is not None:
        share, full_name = after.place
        words["after"] = f"{-share!r}{_BETWEEN}{full_name}"
    return f"{PATH}?{urlencode(words)}" if words else PATH
