"""Reads how a repository's budget stands, and what was spent on one of its pull requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.budget.model import BudgetStanding, Mode, Stage
from bot.storage.cost_tables import budgets, cost_meters

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PullSpend:
    """What was spent on a pull request, in dollars."""

    ci: Decimal  # workflow runs, and machines that bear its number
    deployments: Decimal  # whatever was spent in an environment
    unpriced: tuple[str, ...] = ()  # what has no known price, beside the amounts

    @property
    def total(self) -> Decimal:
        """All that has a price."""
        return self.ci + self.deployments


def standing_of(connection: Connection, repository_id: int) -> BudgetStanding | None:
    """This function will return how the repository's budget stands; None where it has none."""
    row = connection.execute(select(budgets).where(budgets.c.repository_id == repository_id)).first()
    if row is None:
        return None
    return BudgetStanding(
        repository_id=row.repository_id,
        day=date.fromisoformat(row.day),
        stage=Stage(row.stage),
        mode=Mode(row.mode),
        limit=row.limit,
        spent=row.spent,
        forecast=row.forecast,
        read_at=row.read_at,
        is_sure=row.is_sure,
    )


def spent_on(connection: Connection, repository_id: int, number: int) -> PullSpend | None:
    """This function will add up what was spent on the pull request; None where nothing of it was metered."""
    query = select(cost_meters).where(
        cost_meters.c.repository_id == repository_id, cost_meters.c.number == number
    )
    rows = connection.execute(query.order_by(cost_meters.c.day, cost_meters.c.item)).all()
    if not rows:
        return None
    priced = [row for row in rows if row.amount is not None]
    deployed = sum((row.amount for row in priced if row.environment), Decimal(0))
    return PullSpend(
        ci=sum((row.amount for row in priced), Decimal(0)) - deployed,
        deployments=deployed,
        unpriced=tuple(dict.fromkeys(row.item for row in rows if row.amount is None)),
    )
