"""A day and a month of costs, for the page that shows them and the metrics that tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Stage
from bot.config.costing import CostConfig
from bot.costs.model import (
    DayError,
    Forecast,
    Gap,
    GapKind,
    MeterLine,
    Reading,
    Reconciliation,
    SettledLine,
    SourceState,
    Sums,
    Sureness,
)
from bot.costs.store.budgets import keep_budget, note_reading
from bot.costs.store.meters import save_lines
from bot.costs.store.readings import save_reading
from bot.costs.store.settled import save_settled
from tests.support.diagnosis import REPOSITORY

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.database import Database

LIMIT = Decimal(100)
HOSTILE = "<img src=x onerror=alert(1)>"  # what a tag may say
_SERVICES = {
    "Amazon Bedrock": Decimal("0.64"),
    "Amazon Elastic Compute Cloud - Compute": Decimal("0.27"),
    "GitHub Actions": Decimal("0.06"),
    "EC2 - Other": Decimal("0.03"),
}
_STATEMENT = '{\n  "Effect": "Allow",\n  "Action": "ec2:DescribeVolumes",\n  "Resource": "*"\n}'


async def save_costs(database: Database, now: datetime, *, agent: str = HOSTILE) -> None:
    """This function will store a month up to the time: whole days with both ledgers, then looks of the running day."""
    await database.write(lambda connection: _save(connection, now, agent))


def reading_at(at: datetime, total: Decimal, *, stage: Stage = Stage.UNDER, agent: str = HOSTILE) -> Reading:
    """This function will make what a look found out when so much was spent."""
    hours = Decimal(at.hour * 60 + at.minute) / 60 or Decimal(1)
    rate = (total / hours).quantize(Decimal("0.01"))
    likely = total + rate * (24 - hours)
    is_reached = likely > LIMIT > total
    return Reading(
        id=f"reading-{at:%Y%m%d%H%M}",
        repository_id=REPOSITORY.id,
        day=at.date(),
        read_at=at,
        sums=_sums(total, agent),
        forecast=Forecast(
            low=total + (likely - total) * Decimal("0.8"),
            likely=likely,
            high=total + (likely - total) * Decimal("1.25"),
            rate=rate,
            limit_in=timedelta(hours=float((LIMIT - total) / rate)) if is_reached else None,
        ),
        limit=LIMIT,
        stage=stage,
        is_sure=True,
        sources=(
            SourceState(
                source="bedrock",
                data_until=at - timedelta(minutes=5),
                sureness=Sureness.METERED,
                amount=total * Decimal("0.64"),
                calls=2,
            ),
            SourceState(source="fixed", data_until=None, sureness=Sureness.EXACT, amount=Decimal(0), calls=0),
        ),
        gaps=(
            Gap(
                source="ebs",
                kind=GapKind.PERMISSION,
                text="Volumes are not seen: `ec2:DescribeVolumes` is denied.",
                account="123456789012",
                region="us-east-1",
                statement=_STATEMENT,
            ),
            Gap(source="bedrock", kind=GapKind.UNPRICED, text="No price of `nova-next` is known.", item="x"),
        ),
        reconciliation=_reconciled(at.date()),
        calls={"ec2:DescribeInstances": 1, "cloudwatch:GetMetricData": 2},
    )


def _sums(total: Decimal, agent: str) -> Sums:
    return Sums(
        total=total,
        by_service={name: total * part for name, part in _SERVICES.items()},
        by_agent={
            "": total * Decimal("0.36"),
            "navigator": total * Decimal("0.4"),
            agent: total * Decimal("0.24"),
        },
        by_pull={"": total * Decimal("0.9"), "#12": total * Decimal("0.1")},
        by_environment={"": total * Decimal("0.95"), "production": total * Decimal("0.05")},
        untagged=total * Decimal("0.02"),
        unpriced=("nova-next",),
    )


def _reconciled(day: date) -> Reconciliation:
    days = tuple(
        DayError(
            day=day - timedelta(days=back),
            service="",
            settled=Decimal(90 + back % 5),
            metered=Decimal(92 + back % 3),
        )
        for back in range(14, 0, -1)
    )
    service = DayError(
        day=days[-1].day, service="Amazon Bedrock", settled=Decimal(60), metered=Decimal("58.2")
    )
    return Reconciliation(days=days, services=(service,), error=Decimal("0.012"))


def _save(connection: Connection, now: datetime, agent: str) -> None:
    keep_budget(connection, REPOSITORY, CostConfig(), now=now)
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
    for number in range(1, now.day):
        day = now.date().replace(day=number)
        total = Decimal(78 + number * 7 % 31)
        save_lines(connection, REPOSITORY.id, _lines(day, total))
        save_reading(connection, reading_at(midnight.replace(day=number, hour=23, minute=45), total))
        if number < now.day - 1:
            save_settled(connection, REPOSITORY.id, [_settled(day, total)], at=now)
    minutes = int((now - midnight).total_seconds() // 60)
    reading = reading_at(midnight, Decimal(0))
    for minute in range(0, minutes + 1, 15):
        slow = Decimal(min(minute, 360)) / 60 * Decimal("2.4")
        fast = Decimal(max(minute - 360, 0)) / 60 * Decimal("8.1")
        reading = reading_at(
            midnight + timedelta(minutes=minute), slow + fast, stage=Stage.NOTICED, agent=agent
        )
        save_reading(connection, reading)
    save_lines(connection, REPOSITORY.id, (*_lines(now.date(), reading.sums.total), _strange(now)))
    note_reading(connection, reading, noticed=("50",), decision_id="")


def _settled(day: date, total: Decimal) -> SettledLine:
    return SettledLine(
        account="123456789012",
        day=day,
        service="Amazon Bedrock",
        amount=total * Decimal("0.97"),
        credit=Decimal("1.5"),
        is_estimated=day.day % 2 == 0,
    )


def _strange(now: datetime) -> MeterLine:
    """Calls of a model whose price nobody knows, by an agent and for a pull request, with a tag that is hostile."""
    return MeterLine(
        source="bedrock",
        item="nova-next",
        service="Amazon Bedrock",
        day=now.date(),
        quantity=Decimal(1_234_567),
        unit="tokens",
        unit_price=None,
        amount=None,
        seen_at=now,
        account="123456789012",
        region="us-east-1",
        agent="navigator",
        number=12,
        environment="production",
        is_tagged=False,
        detail={"model": HOSTILE},
    )


def _lines(day: date, total: Decimal) -> tuple[MeterLine, ...]:
    line = MeterLine(
        source="fixed",
        item="x",
        service="",
        day=day,
        quantity=Decimal(1),
        unit="days",
        unit_price=Decimal(1),
        amount=Decimal(1),
        seen_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
    )
    return tuple(
        replace(line, item=name, service=name, amount=total * part) for name, part in _SERVICES.items()
    )
