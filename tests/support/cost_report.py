"""Three weeks of the reference pipeline as rows: what was metered and settled, how it was read, what the limit did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Stage
from bot.config.costing import CostConfig
from bot.costs.ladder.rows import intend
from bot.costs.metering.totals import sums
from bot.costs.model import (
    Action,
    ActionKind,
    ActionState,
    DayError,
    Forecast,
    Gap,
    GapKind,
    MeterLine,
    Reading,
    Reconciliation,
    SettledLine,
    SourceState,
    Sureness,
)
from bot.costs.store.budgets import keep_budget, note_reading
from bot.costs.store.meters import save_lines
from bot.costs.store.readings import save_reading
from bot.costs.store.settled import save_settled
from bot.storage.cost_tables import cost_meters

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.github.models import RepositoryRef

NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # a Monday
ACCOUNT = "123456789012"
LIMIT = Decimal(100)
EC2, EBS, BEDROCK = "Amazon Elastic Compute Cloud - Compute", "EC2 - Other", "Amazon Bedrock"
HOSTILE = "<b>@octo</b> #1 ```\n| x |"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """Something that costs much the same each day."""

    source: str
    item: str
    service: str
    per_day: str
    agent: str = ""
    number: int | None = None
    environment: str = ""
    is_tagged: bool = True


def _agents() -> tuple[_Thing, ...]:
    spends = {
        "navigator": "14.20",
        "bosun": "11.80",
        "pilot": "9.40",
        "lookout": "8.10",
        "cooper": "6.30",
        "purser": "4.90",
        "surgeon": "2.60",
    }
    return tuple(
        _Thing(
            source="bedrock",
            item=f"{name}|anthropic.claude",
            service=BEDROCK,
            per_day=spend,
            agent=name,
            number=12 if name == "pilot" else None,
        )
        for name, spend in spends.items()
    )


THINGS: tuple[_Thing, ...] = (
    *_agents(),
    *(
        _Thing(source="ec2", item=f"i-0{node}a", service=EC2, per_day="3.10", environment="jepsen")
        for node in range(5)
    ),
    _Thing(source="ec2", item="i-0c1a", service=EC2, per_day="6.10"),
    _Thing(source="ec2", item="i-0d1a", service=EC2, per_day="1.90", is_tagged=False),
    _Thing(source="ebs", item="vol-1", service=EBS, per_day="2.20"),
    _Thing(source="actions", item="run-1", service="GitHub Actions", per_day="1.70", number=12),
    _Thing(source="actions", item="run-2", service="GitHub Actions", per_day="1.10", number=14),
    _Thing(source="actions", item="run-3", service="GitHub Actions", per_day="0.60", environment="staging"),
    _Thing(source="fixed", item="registry", service="Fixed", per_day="0.80"),
)


def factor(day: date) -> Decimal:
    """This function will say how busy a day was."""
    weekend = Decimal("0.78") if day.weekday() >= 5 else Decimal(1)
    return weekend * (Decimal(96 + day.day * 7 % 11) / 100)


def lines_on(
    day: date, share: Decimal, *, seen_at: datetime, busier: Decimal = Decimal(1)
) -> list[MeterLine]:
    """This function will make what is metered of a day when a share of it is over; one agent may be busier."""
    found = []
    for thing in THINGS:
        amount = Decimal(thing.per_day) * factor(day) * share
        amount *= busier if thing.agent == "navigator" else 1
        found.append(
            MeterLine(
                source=thing.source,
                item=thing.item,
                service=thing.service,
                day=day,
                quantity=Decimal(24) * share,
                unit="hours",
                unit_price=Decimal(1),
                amount=amount.quantize(Decimal("0.000001")),
                seen_at=seen_at,
                account=ACCOUNT if thing.source in {"ec2", "ebs", "bedrock"} else "",
                agent=thing.agent,
                number=thing.number,
                environment=thing.environment,
                is_tagged=thing.is_tagged,
            )
        )
    return found


def reading_of(lines: list[MeterLine], at: datetime, *, repository_id: int, stage: Stage) -> Reading:
    """This function will make what a look found out."""
    found = sums(lines)
    day = lines[0].day
    hours = Decimal((at - datetime.combine(day, time(), tzinfo=UTC)) / timedelta(hours=1)) or Decimal(1)
    rate = (found.total / hours).quantize(Decimal("0.01"))
    rest = rate * (24 - hours)
    spends = {line.source: Decimal(0) for line in lines}
    for line in lines:
        spends[line.source] += line.amount or 0
    return Reading(
        id=f"{repository_id}-{at:%Y%m%d%H%M}",
        repository_id=repository_id,
        day=day,
        read_at=at,
        sums=replace(found, unpriced=("us.example.next-v1:0",)),
        forecast=Forecast(
            low=found.total + rest * Decimal("0.9"),
            likely=found.total + rest,
            high=found.total + rest * Decimal("1.15"),
            rate=rate,
            limit_in=timedelta(hours=float((LIMIT - found.total) / rate))
            if found.total < LIMIT < found.total + rest
            else None,
        ),
        limit=LIMIT,
        stage=stage,
        is_sure=True,
        sources=tuple(
            SourceState(
                source=source,
                data_until=at - timedelta(minutes=lag),
                sureness=sureness,
                amount=spends[source],
                calls=calls,
            )
            for source, lag, sureness, calls in (
                ("bedrock", 6, Sureness.LISTED, 3),
                ("ec2", 0, Sureness.METERED, 3),
                ("ebs", 0, Sureness.LISTED, 1),
                ("actions", 1, Sureness.LISTED, 0),
                ("fixed", 0, Sureness.EXACT, 0),
            )
        ),
        gaps=(
            Gap(
                source="ebs",
                kind=GapKind.PERMISSION,
                text="Snapshots are not seen: `ec2:DescribeSnapshots` is denied.",
                account=ACCOUNT,
                region="us-east-1",
                statement='{\n  "Effect": "Allow",\n  "Action": "ec2:DescribeSnapshots",\n  "Resource": "*"\n}',
            ),
            Gap(source="bedrock", kind=GapKind.UNPRICED, text="No price of `us.example.next-v1:0` is known."),
        ),
        reconciliation=_reconciled(day),
        calls={"ec2:DescribeInstances": 1, "ec2:DescribeSpotPriceHistory": 1, "cloudwatch:GetMetricData": 2},
    )


def save_month(connection: Connection, repository: RepositoryRef, *, now: datetime = NOW) -> Reading:
    """This function will store the month up to the time, anew where it is stored, and return the newest reading."""
    today = now.date()
    connection.execute(
        cost_meters.delete().where(
            cost_meters.c.repository_id == repository.id, cost_meters.c.day >= str(today.replace(day=1))
        )
    )
    keep_budget(connection, repository, CostConfig(), now=now)
    for number in range(1, today.day):
        day = today.replace(day=number)
        end = datetime.combine(day, time(23, 59), tzinfo=UTC)
        lines = lines_on(day, Decimal(1), seen_at=end)
        save_lines(connection, repository.id, lines)
        stage = Stage.NOTICED if sums(lines).total > 80 else Stage.UNDER
        save_reading(connection, reading_of(lines, end, repository_id=repository.id, stage=stage))
        if day < today - _DAY:
            _settle(connection, repository.id, day, lines, at=now)
    reading = _save_today(connection, repository.id, now)
    note_reading(connection, reading, noticed=("50", "80"), decision_id="")
    _act(connection, reading, now)
    return reading


def _save_today(connection: Connection, repository_id: int, now: datetime) -> Reading:
    midnight = datetime.combine(now.date(), time(), tzinfo=UTC)
    reading: Reading | None = None
    lines: list[MeterLine] = []
    for minute in range(15, int((now - midnight).total_seconds() // 60) + 1, 15):
        at = midnight + timedelta(minutes=minute)
        share = Decimal(minute) / (24 * 60)
        busier = Decimal(1) + Decimal(max(0, minute - 540)) / 450
        lines = lines_on(now.date(), share, seen_at=at, busier=busier)
        stage = Stage.NOTICED if sums(lines).total > 50 else Stage.UNDER
        reading = reading_of(lines, at, repository_id=repository_id, stage=stage)
        save_reading(connection, reading)
    assert reading is not None
    save_lines(connection, repository_id, lines)
    return reading


def _settle(
    connection: Connection, repository_id: int, day: date, lines: list[MeterLine], *, at: datetime
) -> None:
    services: dict[str, Decimal] = {}
    for line in lines:
        if line.account:
            services[line.service] = services.get(line.service, Decimal(0)) + (line.amount or 0)
    off = Decimal(98 + day.day % 4) / 100
    told = [
        SettledLine(
            account=ACCOUNT,
            day=day,
            service=service,
            amount=(amount * off).quantize(Decimal("0.0001")),
            credit=Decimal("0.50") if service == BEDROCK else Decimal(0),
            is_estimated=day > at.date() - 3 * _DAY,
        )
        for service, amount in services.items()
    ]
    save_settled(connection, repository_id, told, at=at)


def _reconciled(day: date) -> Reconciliation:
    days = tuple(
        DayError(
            day=day - _DAY * back,
            service="",
            settled=Decimal(90 + back % 5),
            metered=Decimal(91 + back % 3),
        )
        for back in range(15, 1, -1)
    )
    newest = days[-1].day
    services = (
        DayError(day=newest, service=BEDROCK, settled=Decimal("57.10"), metered=Decimal("56.40")),
        DayError(day=newest, service=EC2, settled=Decimal("23.80"), metered=Decimal("24.10")),
    )
    return Reconciliation(days=days, services=services, error=Decimal("0.0041"))


def _act(connection: Connection, reading: Reading, now: datetime) -> None:
    told = Action(
        id="told-50",
        repository_id=reading.repository_id,
        day=reading.day,
        kind=ActionKind.NOTIFY,
        target="50",
        state=ActionState.DONE,
        reading_id=reading.id,
        text="50 % of the limit is spent.",
        intended_at=now - timedelta(hours=4),
        ended_at=now - timedelta(hours=4),
    )
    foretold = replace(
        told,
        id="told-forecast",
        target="forecast",
        text="At this rate the limit is reached before the day ends.",
        intended_at=now,
        ended_at=now,
    )
    intend(connection, (told, foretold))
