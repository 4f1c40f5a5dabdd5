"""Causes and deployments are found in what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.store import spent_on
from bot.costs.causes.finding import attributed, cause_of
from bot.costs.model import MeterLine
from bot.costs.store.meters import save_lines
from bot.deployments.model import DeploymentRow
from bot.deployments.store import save
from bot.github.models import Actor, DeploymentState, Sha
from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
_DAY = timedelta(days=1)
_REPOSITORY = 7


def _run(run: int, amount: str, *, on: datetime = _NOON, number: int | None = None) -> MeterLine:
    return MeterLine(
        source="actions",
        item=f"{run}/1",
        service="GitHub Actions",
        day=on.date(),
        quantity=Decimal(1),
        unit="minutes",
        unit_price=Decimal(amount),
        amount=Decimal(amount),
        seen_at=on,
        number=number,
    )


def _deployment(run: int, *, at: datetime = _NOON, environment: str = "staging") -> DeploymentRow:
    return DeploymentRow(
        repository_id=_REPOSITORY,
        deployment_id=run,
        number=12,
        environment=environment,
        sha=Sha("a" * 40),
        workflow_run_id=run,
        run_id=f"deploy-{run}",
        state=DeploymentState.SUCCESS,
        updated_at=at,
        created_at=at,
        author=Actor(id=1, login="ada"),
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    opened = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    opened.open()
    yield opened
    opened.close()


async def test_a_run_that_deployed_is_spent_in_its_environment(database: Database) -> None:
    """And on its pull request, so that the summary tells CI from deployments."""
    other = replace(_run(41, "1"), source="ec2")
    lines = (_run(41, "0.5"), _run(42, "0.25", number=12), other)

    def act(connection: Connection) -> None:
        save(connection, _deployment(41))
        told = attributed(connection, _REPOSITORY, lines)
        assert [(line.environment, line.number) for line in told] == [
            ("staging", 12),
            ("", 12),
            ("", None),
        ]
        assert attributed(connection, _REPOSITORY, (other,)) == (other,)
        save_lines(connection, _REPOSITORY, (told[0], told[1]))
        spend = spent_on(connection, _REPOSITORY, 12)
        assert spend is not None
        assert (spend.ci, spend.deployments) == (Decimal("0.25"), Decimal("0.5"))

    await database.write(act)


async def test_the_cause_is_a_deployment_of_that_day(database: Database) -> None:
    """Not one of the day before, and not what another service cost."""
    dear = replace(_run(90, "50"), service="AWS Lambda", number=1)
    yesterday = _run(40, "0.5", on=_NOON - _DAY)

    def act(connection: Connection) -> list[str]:
        save(connection, _deployment(41))
        save(connection, _deployment(40, at=_NOON - _DAY))
        lines = attributed(connection, _REPOSITORY, (_run(41, "2"), yesterday, dear))
        save_lines(connection, _REPOSITORY, lines)
        return [
            cause_of(connection, _REPOSITORY, service=service, day=_NOON.date())
            for service in ("GitHub Actions", "AWS Lambda", "Nothing")
        ]

    assert await database.write(act) == [
        "Deployed to `staging` on this day: #12 by ada at 12:00 UTC.",
        "#1 ran 1 workflow run on this day.",
        "",
    ]
