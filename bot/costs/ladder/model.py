"""The nouns of the ladder: its rungs, and the facts that decide how far up it a day is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Mode, Stage, Stops
from bot.config.costing import LadderConfig
from bot.costs.model import ActionKind

if TYPE_CHECKING:
    from collections.abc import Callable

KIND = "budget"  # of the ladder's decisions
TICK = timedelta(minutes=15)  # from one look to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder, as the documentation shows it."""

    stage: Stage
    name: str  # of its condition
    mark: Callable[[LadderConfig], int]  # percent of the limit
    readings: int  # sure ones that must say so; a reading that is not sure only tells
    actions: tuple[ActionKind, ...]  # in their order
    stops: tuple[Stops, ...]  # what it stops beyond the rungs below it
    text: str  # what happens there


LADDER: tuple[Rung, ...] = (
    Rung(
        stage=Stage.FROZEN,
        name="freeze",
        mark=lambda marks: marks.freeze,
        readings=1,
        actions=(ActionKind.FREEZE,),
        stops=(Stops.DEPLOYS, Stops.NODES, Stops.NEW_AGENTS),
        text="no deployment, node or agent is begun any more; what runs goes on",
    ),
    Rung(
        stage=Stage.HELD,
        name="hold",
        mark=lambda marks: marks.hold,
        readings=2,
        actions=(ActionKind.PAUSE_AGENTS, ActionKind.TERMINATE),
        stops=(Stops.AGENTS, Stops.SPOT),
        text="agents push their work and are paused, then the cluster's spot instances are ended, one by one",
    ),
    Rung(
        stage=Stage.DENIED,
        name="deny",
        mark=lambda marks: marks.deny,
        readings=2,
        actions=(ActionKind.DENY_MODELS,),
        stops=(Stops.MODELS,),
        text="the agents' role is denied all model calls until the day (UTC) ends",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLook:
    """A sure reading of the same day that came before."""

    at: datetime
    spent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderFacts:
    """Everything that decides how far up the ladder a day is; it can be stored and decided again."""

    reading_id: str
    day: date
    now: datetime  # when costs were read
    mode: Mode
    before: Stage  # as the look before left the same day; of a new day `under`
    spent: Decimal
    forecast: Decimal  # of the whole day
    rate: Decimal  # dollars an hour
    limit: Decimal  # with what extends it
    is_sure: bool
    runs_on: Decimal = Decimal(0)  # what is spent until midnight by what the limit cannot end
    limit_in: timedelta | None = None  # until the limit is reached at this rate; None where it is not today
    doubts: tuple[str, ...] = ()  # why it is not sure: safe Markdown, a sentence each
    is_off: bool = False  # whether the meters are too far from the settled days
    earlier: tuple[EarlierLook, ...] = ()  # the oldest first
    marks: LadderConfig = LadderConfig()  # noqa: RUF009 - frozen
