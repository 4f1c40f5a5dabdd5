"""The nouns of the report: a day in both ledgers, what moved, and the facts of each of its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.budget.model import Stage
    from bot.costs.model import Action, Reading, Reconciliation, Sums
    from bot.costs.standing import Budget
    from bot.costs.store.readings import Point

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLedger:
    """What a day came to, by both ledgers; None where a ledger does not have it."""

    day: date
    metered: Decimal | None = None
    settled: Decimal | None = None  # without credits
    in_aws: Decimal = NOTHING  # as much of what was metered as accounts of AWS spent
    outside: Decimal = NOTHING  # as much of what was metered as Cost Explorer does not tell of
    credit: Decimal = NOTHING
    is_estimated: bool = False  # whether what is settled may yet change
    services: Mapping[str, Decimal] = field(default_factory=dict)  # of the total
    limit: Decimal | None = None  # as the day's last look left it; None where it had none
    stage: Stage | None = None

    @property
    def total(self) -> Decimal | None:
        """What the day came to, as well as it is known: settled where it is, with what AWS does not bill."""
        return self.metered if self.settled is None else self.settled + self.outside

    @property
    def comparable(self) -> Decimal | None:
        """As much of what was metered as Cost Explorer tells of."""
        return None if self.metered is None else self.metered - self.outside

    @property
    def error(self) -> Decimal | None:
        """How far the meters were off, as a part of what is settled."""
        if not self.settled or self.comparable is None:
            return None
        return (self.comparable - self.settled) / self.settled

    @property
    def is_over(self) -> bool:
        """Whether it came to more than its limit."""
        return self.total is not None and self.limit is not None and self.total > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was spent on a day on one service for one purpose."""

    day: date
    service: str
    agent: str
    pull: str  # "#12"; empty for none
    environment: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """What differs most from the days before."""

    service: str
    spent: Decimal
    usual: Decimal  # by the same time of the day, on average of the days before
    days: int  # how many those are
    purpose: str = ""  # what most of it is for: safe Markdown
    purpose_change: Decimal = NOTHING
    cause: str = ""  # safe Markdown; empty where it is not known

    @property
    def change(self) -> Decimal:
        """By how much it differs."""
        return self.spent - self.usual


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Everything that the comment of a day tells."""

    budget: Budget
    now: datetime
    reading: Reading  # the day's newest
    points: tuple[Point, ...]  # the day's looks, the oldest first
    ledger: DayLedger
    usual: Mapping[str, Decimal] = field(default_factory=dict)  # by service, by the same time of the day
    mover: Mover | None = None
    actions: tuple[Action, ...] = ()
    url: str = ""  # of the page with all of it

    @property
    def day(self) -> date:
        """In UTC."""
        return self.reading.day

    @property
    def sums(self) -> Sums:
        """Of all that was metered on the day."""
        return self.reading.sums

    @property
    def is_running(self) -> bool:
        """Whether the day is not over."""
        return self.now.date() == self.reading.day


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """Everything that the issue of a month tells."""

    first: date
    today: date
    days: tuple[DayLedger, ...]  # up to today or the month's end, the oldest first
    reconciliation: Reconciliation
    comments: Mapping[str, int] = field(default_factory=dict)  # of days and weeks, by period
    before: int | None = None  # the issue of the month before
    url: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the month has ended."""
        return (self.today.year, self.today.month) != (self.first.year, self.first.month)

    @property
    def last(self) -> date:
        """The month's last day."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFacts:
    """Everything that the summary of a week tells."""

    monday: date
    days: tuple[DayLedger, ...]  # its seven
    before: tuple[DayLedger, ...]  # those of the week before
    parts: tuple[Part, ...]  # what was metered in it
    actions: tuple[Action, ...] = ()
    url: str = ""
