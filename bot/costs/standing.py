"""A repository's budget: whose it is, which limit holds, where its newest reading left it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations at run time
from decimal import Decimal

from bot.budget.model import Mode, Stage
from bot.config.costing import CostConfig  # noqa: TC001 - as above
from bot.github.models import RepositoryRef  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The row of a repository that has a budget."""

    repository: RepositoryRef
    config: CostConfig  # the newest that could be read
    day: date  # that stage and sums are of
    read_at: datetime  # by the newest look; when the budget was found, before the first
    updated_at: datetime
    limit: Decimal
    mode: Mode = Mode.DRY_RUN
    stage: Stage = Stage.UNDER
    spent: Decimal = Decimal(0)
    forecast: Decimal = Decimal(0)
    is_sure: bool = False
    noticed: tuple[str, ...] = ()  # what was told already on that day
    extended_to: Decimal | None = None
    extended_until: datetime | None = None
    set_to: Decimal | None = None
    reading_id: str = ""  # empty before the first look
    decision_id: str = ""

    def limit_at(self, now: datetime) -> Decimal:
        """This function will return the limit that holds at the time: extended, set by people, or of the file."""
        base = self.set_to if self.set_to is not None else self.config.daily
        if self.extended_to is not None and self.extended_until is not None and now < self.extended_until:
            return max(self.extended_to, base)
        return base

    def stage_at(self, now: datetime) -> Stage:
        """This function will return the stage at the time: with a new day (UTC) every budget begins again."""
        return self.stage if now.date() == self.day else Stage.UNDER
