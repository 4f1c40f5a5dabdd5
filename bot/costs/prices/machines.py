"""Makes of what EC2 tells of a machine a line of the day's costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from bot.costs.model import REAP_TAG, Gap, GapKind, MeterLine
from bot.costs.prices.owners import owner_of, tags_of
from bot.costs.prices.running import ended_at, period_on
from bot.costs.prices.spot import LINUX, spent_in
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from bot.costs.prices.running import Period
    from bot.costs.prices.spot import Histories

SOURCE = "ec2"
SERVICE = "Amazon Elastic Compute Cloud - Compute"
SPOT, ON_DEMAND = "spot", "on demand"
_GONE = frozenset({"shutting-down", "terminated", "stopping", "stopped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where machines were seen, and what is known there."""

    account: str
    region: str
    day: date
    now: datetime
    tags: Mapping[str, str]  # that all of the repository's bears
    known: Mapping[str, MeterLine]  # of earlier looks, by item
    histories: Histories  # of spot prices; empty where they could not be read
    listed: Mapping[str, Decimal | None]  # the list price an hour, by type


def market_of(instance: Mapping[str, Any]) -> str:
    """This function will say how the machine is paid; empty where no price of ours fits it."""
    platform = instance.get("PlatformDetails") or instance.get("Platform") or LINUX[0]
    is_shared = instance.get("Placement", {}).get("Tenancy", "default") in {"default", ""}
    if platform not in LINUX or not is_shared:
        return ""
    lifecycle = instance.get("InstanceLifecycle", "")
    return {"spot": SPOT, "": ON_DEMAND}.get(lifecycle, "")


def machine_line(instance: Mapping[str, Any], place: Place) -> MeterLine | None:
    """This function will price the time that the machine ran on the day; None where it did not, or all is known."""
    item, state = _item(instance, place), instance["State"]["Name"]
    end = ended_at(state, instance.get("StateTransitionReason", ""), now=place.now)
    if end is None and _was_gone(place.known.get(item)):
        return None  # its end is not told: it was taken for the time of the look that first saw it gone
    period = period_on(place.day, instance["LaunchTime"], end or place.now)
    if period is None:
        return None
    amount = _amount(instance, period, place)
    owner = owner_of(tags_of(instance), place.tags)
    return MeterLine(
        source=SOURCE,
        item=item,
        service=SERVICE,
        day=place.day,
        quantity=period.hours,
        unit="hours",
        unit_price=None if amount is None else amount / period.hours,
        amount=amount,
        seen_at=place.now,
        account=place.account,
        region=place.region,
        agent=owner.agent,
        number=owner.number,
        environment=owner.environment,
        is_tagged=owner.is_tagged,
        detail=_detail(instance),
    )


def unpriced(line: MeterLine) -> Gap:
    """This function will say that a machine has no price, and what helps."""
    kind, market = line.detail["type"], line.detail["market"]
    if market:
        text = (
            f"No {'spot' if market == SPOT else 'list'} price of {code(kind)} in {code(line.region)} is known"
        )
    else:
        text = f"{code(line.item)} ({code(kind)}) is not a plain Linux machine, so its price is not known"
    return Gap(
        source=SOURCE,
        kind=GapKind.UNPRICED,
        text=f"{text}; give it a price under `costs: fixed`, or wait for Cost Explorer.",
        account=line.account,
        region=line.region,
        item=line.item,
    )


def _item(instance: Mapping[str, Any], place: Place) -> str:
    """The machine's id; one that was stopped and started again begins a line of its own, as EC2 forgets the first."""
    name, launched = str(instance["InstanceId"]), _launched(instance)
    before = place.known.get(name)
    if before is None or before.detail.get("launched") == launched.isoformat():
        return name
    return f"{name}@{launched:%H:%M:%S}"


def _launched(instance: Mapping[str, Any]) -> datetime:
    """In UTC: the library tells it in the machine's own time zone, which changes its offset twice a year."""
    launched: datetime = instance["LaunchTime"]
    return launched.astimezone(UTC)


def _was_gone(before: MeterLine | None) -> bool:
    return before is not None and before.detail.get("state") in _GONE


def _amount(instance: Mapping[str, Any], period: Period, place: Place) -> Decimal | None:
    kind = instance["InstanceType"]
    match market_of(instance):
        case "spot":
            zone = instance.get("Placement", {}).get("AvailabilityZone", "")
            return spent_in(place.histories.get((zone, kind), ()), period)
        case "on demand":
            price = place.listed.get(kind)
            return None if price is None else price * period.hours
        case _:
            return None


def _detail(instance: Mapping[str, Any]) -> dict[str, str]:
    return {
        "instance": instance["InstanceId"],
        "type": instance["InstanceType"],
        "market": market_of(instance),
        "state": instance["State"]["Name"],
        "zone": instance.get("Placement", {}).get("AvailabilityZone", ""),
        "launched": _launched(instance).isoformat(),
        "name": tags_of(instance).get("Name", ""),
        "reap": tags_of(instance).get(REAP_TAG, ""),
    }
