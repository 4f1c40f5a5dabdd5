"""The rows of budgets: one for each repository whose configuration has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from bot.budget.model import Mode, Stage
from bot.config.costing import CostConfig
from bot.costs.standing import Budget
from bot.forms import decode
from bot.github.models import InstallationId, RepositoryRef
from bot.storage.cost_tables import budgets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.costs.model import Reading


def budget_of(connection: Connection, repository_id: int, *, for_change: bool = False) -> Budget | None:
    """This function will return the repository's budget; `for_change` keeps it so until the transaction ends.

    Returns None where it has none.
    """
    query = select(budgets).where(budgets.c.repository_id == repository_id)
    row = connection.execute(query.with_for_update() if for_change else query).first()
    return None if row is None else _budget(row)


def every_budget(connection: Connection) -> tuple[Budget, ...]:
    """This function will return all budgets, by repository."""
    rows = connection.execute(select(budgets).order_by(budgets.c.repository_id))
    return tuple(_budget(row) for row in rows)


def keep_budget(
    connection: Connection, repository: RepositoryRef, config: CostConfig, *, now: datetime
) -> Budget:
    """This function will give the repository a budget, or its budget the newest configuration."""
    known = budget_of(connection, repository.id, for_change=True)
    if known is None:
        new = Budget(
            repository=repository,
            config=config,
            day=now.date(),
            read_at=now,
            updated_at=now,
            limit=config.daily,
        )
        connection.execute(budgets.insert().values(_values(new)))
        return new
    kept = replace(known, repository=repository, config=config)
    save_budget(connection, kept)
    return kept


def save_budget(connection: Connection, budget: Budget) -> None:
    """This function will store the budget as it stands, where there still is one."""
    place = budgets.c.repository_id == budget.repository.id
    connection.execute(budgets.update().where(place).values(_values(budget)))


def note_reading(
    connection: Connection, reading: Reading, *, noticed: tuple[str, ...], decision_id: str
) -> None:
    """This function will store where a reading left the budget: its stage, its sums, what was told on that day."""
    known = budget_of(connection, reading.repository_id, for_change=True)
    if known is None:
        return
    left = replace(
        known,
        stage=reading.stage,
        day=reading.day,
        limit=reading.limit,
        spent=reading.sums.total,
        forecast=reading.forecast.likely,
        is_sure=reading.is_sure,
        noticed=noticed,
        reading_id=reading.id,
        decision_id=decision_id,
        read_at=reading.read_at,
        updated_at=reading.read_at,
    )
    save_budget(connection, left)


def forget_budget(connection: Connection, repository_id: int) -> None:
    """This function will take the budget away: the configuration has none any more."""
    connection.execute(budgets.delete().where(budgets.c.repository_id == repository_id))


def _values(budget: Budget) -> dict[str, Any]:
    values = {name: getattr(budget, name) for name in budget.__slots__ if name != "repository"}
    return values | {
        "repository_id": budget.repository.id,
        "installation_id": budget.repository.installation_id,
        "repository": budget.repository.full_name,
        "default_branch": budget.repository.default_branch,
        "mode": budget.mode.value,
        "stage": budget.stage.value,
        "day": budget.day.isoformat(),
        "noticed": msgspec.json.encode(budget.noticed).decode(),
        "config": msgspec.json.encode(budget.config).decode(),
    }


def _budget(row: Row[Any]) -> Budget:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    repository = RepositoryRef(
        installation_id=InstallationId(values.pop("installation_id")),
        id=values.pop("repository_id"),
        full_name=values.pop("repository"),
        default_branch=values.pop("default_branch"),
    )
    values |= {
        "mode": Mode(row.mode),
        "stage": Stage(row.stage),
        "day": date.fromisoformat(row.day),
        "noticed": decode(row.noticed, tuple[str, ...]),
        "config": _config(row.config),
    }
    return Budget(repository=repository, **values)


def _config(text: str) -> CostConfig:
    """As it was stored; what another version wrote and this one cannot read is as if nothing were said."""
    try:
        return decode(text, CostConfig)
    except msgspec.ValidationError:
        return CostConfig()
