"""Makes of what EC2 tells of a volume a line of the day's costs."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.costs.model import Gap, GapKind, MeterLine
from bot.costs.prices.owners import Owner, bears, owner_of, tags_of
from bot.costs.prices.running import period_on
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

SOURCE = "ebs"
SERVICE = "EC2 - Other"  # where Cost Explorer has volumes
# What is in the price of a gp3 volume: https://aws.amazon.com/ebs/pricing/
_FREE_OPERATIONS, _FREE_THROUGHPUT = 3000, 125
_PROVISIONED = frozenset({"io1", "io2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where volumes were seen, and what is known there."""

    account: str
    region: str
    day: date
    now: datetime
    tags: Mapping[str, str]  # that all of the repository's bears
    machines: Mapping[str, MeterLine]  # the day's machines by instance id
    listed: Mapping[str, Decimal | None]  # dollars for a gigabyte and month, by type


def is_ours(volume: Mapping[str, Any], tags: Mapping[str, str], machines: Mapping[str, MeterLine]) -> bool:
    """This function will say whether the volume is the repository's: by its own tags, or as part of its machine."""
    return bears(tags_of(volume), tags) or _machine(volume, machines) is not None


def volume_line(volume: Mapping[str, Any], shelf: Shelf) -> MeterLine | None:
    """This function will price the time that the volume was there on the day; None where it was not."""
    period = period_on(shelf.day, volume["CreateTime"], shelf.now)
    if period is None:
        return None
    quantity = volume["Size"] * period.hours
    monthly = shelf.listed.get(volume["VolumeType"])
    hours = 24 * monthrange(shelf.day.year, shelf.day.month)[1]
    price = None if monthly is None else monthly / hours
    machine, owner = _machine(volume, shelf.machines), owner_of(tags_of(volume), shelf.tags)
    owner = owner if owner.is_tagged or machine is None else _as(machine)
    return MeterLine(
        source=SOURCE,
        item=volume["VolumeId"],
        service=SERVICE,
        day=shelf.day,
        quantity=quantity,
        unit="GB-hours",
        unit_price=price,
        amount=None if price is None else quantity * price,
        seen_at=shelf.now,
        account=shelf.account,
        region=shelf.region,
        agent=owner.agent,
        number=owner.number,
        environment=owner.environment,
        is_tagged=owner.is_tagged,
        detail={
            "type": volume["VolumeType"],
            "size": str(volume["Size"]),
            "instance": _attached(volume),
            "created": volume["CreateTime"].isoformat(),
        },
    )


def unpriced(line: MeterLine) -> Gap:
    """This function will say that a volume has no price, and what helps."""
    text = f"No list price of volumes of type {code(line.detail['type'])} in {code(line.region)} is known"
    return _gap(line.account, line.region, line.item, f"{text}; give it a price under `costs: fixed`.")


def provisioned_gap(volume: Mapping[str, Any], shelf: Shelf) -> Gap | None:
    """This function will say that operations or throughput beyond the plain price are not counted; None without any."""
    kind = volume["VolumeType"]
    beyond = volume.get("Iops", 0) > _FREE_OPERATIONS or volume.get("Throughput", 0) > _FREE_THROUGHPUT
    if kind not in _PROVISIONED and not (kind == "gp3" and beyond):
        return None
    name = volume["VolumeId"]
    text = f"Of the volume {code(name)} ({code(kind)}) only the storage is counted, not its provisioned performance."
    return _gap(shelf.account, shelf.region, name, text)


def _gap(account: str, region: str, item: str, text: str) -> Gap:
    return Gap(source=SOURCE, kind=GapKind.UNPRICED, text=text, account=account, region=region, item=item)


def _attached(volume: Mapping[str, Any]) -> str:
    return next((str(one["InstanceId"]) for one in volume.get("Attachments") or ()), "")


def _machine(volume: Mapping[str, Any], machines: Mapping[str, MeterLine]) -> MeterLine | None:
    return machines.get(_attached(volume))


def _as(line: MeterLine) -> Owner:
    return Owner(agent=line.agent, number=line.number, environment=line.environment, is_tagged=line.is_tagged)
