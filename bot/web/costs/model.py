"""What the page of a repository's costs shows, with the words and colours of its states."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from bot.budget.model import STOPS, Mode, Stage
from bot.costs.model import ActionState, GapKind, Sureness
from bot.web.costs.charts import day_chart, hourly, month_chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.costs.model import Action, MeterLine, Reading
    from bot.costs.standing import Budget
    from bot.costs.store.readings import Point
    from bot.web.costs.charts import DayTotal
    from bot.web.deployment_facts import Decided

_HUNDREDTH = Decimal("0.01")
_SIX_DIGITS = Context(prec=6)
STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.UNDER: ("good", "Under the limit"),
    Stage.NOTICED: ("wait", "A mark is passed"),
    Stage.FROZEN: ("bad", "Frozen"),
    Stage.HELD: ("bad", "Held"),
    Stage.DENIED: ("bad", "Denied"),
}
_STATES: Mapping[ActionState, tuple[str, str]] = {
    ActionState.INTENDED: ("wait", "Under way"),
    ActionState.DONE: ("good", "Done"),
    ActionState.FAILED: ("bad", "Failed"),
    ActionState.REFUSED: ("bad", "Refused"),
    ActionState.WOULD: ("calm", "Would have"),
}
_GAPS: Mapping[GapKind, str] = {
    GapKind.PERMISSION: "bad",
    GapKind.UNAVAILABLE: "bad",
    GapKind.UNPRICED: "wait",
    GapKind.NO_DATA: "wait",
    GapKind.STALE: "wait",
    GapKind.NOT_ALLOWED: "calm",
}
_SURENESS: Mapping[Sureness, str] = {
    Sureness.EXACT: "as it will be billed",
    Sureness.METERED: "measured, at the price that holds now",
    Sureness.LISTED: "measured, at the list price",
    Sureness.ESTIMATED: "estimated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one thing has cost on the day."""

    name: str  # empty for what nothing claims
    amount: Decimal
    before: Decimal | None  # on the day before; None where that is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What the day was spent on, seen one way."""

    title: str
    nothing: str  # how what nothing claims is called
    rows: tuple[Share, ...]  # the dearest first
    left_out: int
    is_pulls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Each thing that has cost something on the day: what has no known price first, then the dearest."""

    rows: tuple[MeterLine, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsFacts:
    """A day of a repository's costs."""

    budget: Budget
    repository: str  # its page on GitHub; empty where no address tells
    day: date
    is_running: bool
    reading: Reading | None  # the day's newest; None before the first
    points: tuple[Point, ...]  # the day's looks, the oldest first
    month: tuple[DayTotal, ...]
    credits: Decimal  # that Cost Explorer tells of the month, never taken off
    shares: tuple[Shares, ...]
    lines: Lines
    actions: tuple[Action, ...]  # the newest first
    decided: Decided | None  # why the budget stands as it does
    earlier: str  # the day before, where there is one to see
    later: str

    @property
    def stage(self) -> Stage:
        """How far up the ladder the day is, or was as it ended."""
        if self.is_running:
            return self.budget.stage if self.budget.day == self.day else Stage.UNDER
        return self.reading.stage if self.reading else Stage.UNDER

    @property
    def stops(self) -> tuple[str, ...]:
        """What the stage stops."""
        return tuple(sorted(one.value for one in STOPS[self.stage]))

    @property
    def is_dry(self) -> bool:
        """Whether the budget only says what it would do."""
        return self.budget.mode is Mode.DRY_RUN

    @property
    def version(self) -> str:
        """How it stands, in a few characters; empty once the day is over."""
        return version_of(self.budget, self.actions, self.day) if self.is_running else ""

    @property
    def day_chart(self) -> str:
        """The numbers of the day's curve."""
        return day_chart(self.points, self.day, is_running=self.is_running)

    @property
    def month_chart(self) -> str:
        """The numbers of the month's bars."""
        return month_chart(self.month, self.budget.limit)

    @property
    def hours(self) -> tuple[Point, ...]:
        """The last look of each hour, the newest first."""
        return hourly(self.points)

    @property
    def stage_word(self) -> tuple[str, str]:
        """How the stage is coloured and called."""
        return STAGES[self.stage]

    def exact(self, number: Decimal) -> str:
        """This function will write a quantity or a price without powers of ten: 1,234,567 or 0.0000031."""
        rounded = number.quantize(_HUNDREDTH) if abs(number) >= 1 else number.normalize(_SIX_DIGITS)
        return f"{rounded.normalize():,f}"

    def state_word(self, state: ActionState) -> tuple[str, str]:
        """This function will say how an action's state is coloured and called."""
        return _STATES[state]

    def gap_tone(self, kind: GapKind) -> str:
        """This function will say how a gap is coloured."""
        return _GAPS[kind]

    def sureness_word(self, sureness: Sureness) -> str:
        """This function will say how sure a source is."""
        return _SURENESS[sureness]


def version_of(budget: Budget, actions: Sequence[Action], day: date) -> str:
    """This function will say how a running day stands, in a few characters."""
    ended = sum(action.ended_at is not None for action in actions)
    changed = max(budget.read_at, budget.updated_at)
    return f"{day:%Y%m%d}-{changed:%H%M%S%f}-{budget.mode.value}-{budget.stage.value}-{len(actions)}-{ended}"
