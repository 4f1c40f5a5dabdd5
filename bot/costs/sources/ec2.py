"""Meters machines by the time that they have run today, at the spot prices that held or at the list price."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsRequest, gap_of
from bot.costs.look import CostSource
from bot.costs.model import SourceReading, Sureness
from bot.costs.prices.asking import machine_price, spot_histories
from bot.costs.prices.machines import ON_DEMAND, SPOT, Place, machine_line, market_of, unpriced
from bot.costs.prices.machines import SOURCE as _NAME
from bot.costs.prices.running import Period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bot.costs.aws.accounts import Account
    from bot.costs.look import Look
    from bot.costs.model import Gap, MeterLine
    from bot.costs.prices.spot import Histories

_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one region of one account told."""

    account: Account
    region: str
    instances: tuple[Mapping[str, Any], ...] = ()
    histories: Histories = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    is_whole: bool = True


async def _read(look: Look) -> SourceReading:
    if look.accounts.gap is not None:
        gaps: tuple[Gap, ...] = (replace(look.accounts.gap, source=_NAME),)
        return SourceReading(source=_NAME, data_until=None, sureness=Sureness.METERED, gaps=gaps)
    looks = [_see(look, account, region) for account in look.accounts.accounts for region in account.regions]
    seen = await asyncio.gather(*looks)
    listed, refused = await _listed(look, seen)
    lines = [line for each in seen for line in _lines(each, _place(look, each, listed))]
    gaps = (*(gap for each in seen for gap in each.gaps), *refused)
    if not gaps:  # else it says already why prices are missing; those that were known go on
        gaps = tuple(unpriced(line) for line in lines if line.amount is None)
    return SourceReading(
        source=_NAME,
        data_until=look.now if seen and all(each.is_whole for each in seen) else None,
        sureness=Sureness.METERED,
        lines=tuple(lines),
        gaps=gaps,
        calls=look.accounts.calls,
    )


def _lines(seen: _Seen, place: Place) -> list[MeterLine]:
    made = (machine_line(instance, place) for instance in seen.instances)
    return [line for line in made if line is not None]


async def _see(look: Look, account: Account, region: str) -> _Seen:
    """The region's machines with the spot prices of their types; without those the last known ones go on."""
    filters = [{"Name": f"tag:{name}", "Values": [value]} for name, value in look.config.tags.items()]
    request = AwsRequest(
        service="ec2",
        operation="DescribeInstances",
        region=region,
        arguments={"MaxResults": _PAGE, **({"Filters": filters} if filters else {})},
    )
    try:
        instances = tuple(await account.pages(request, items="Reservations.Instances"))
    except AWS_ERRORS as error:
        gap = gap_of(error, _NAME, account=account.id, region=region)
        return _Seen(account=account, region=region, gaps=(gap,), is_whole=False)
    seen = _Seen(account=account, region=region, instances=instances)
    kinds = {one["InstanceType"] for one in instances if market_of(one) == SPOT}
    midnight = datetime.combine(look.day, time(), UTC)
    try:
        histories = await spot_histories(account, region, kinds, Period(begin=midnight, end=look.now))
    except AWS_ERRORS as error:
        return replace(seen, gaps=(gap_of(error, _NAME, account=account.id, region=region),))
    return replace(seen, histories=histories)


async def _listed(
    look: Look, seen: list[_Seen]
) -> tuple[Mapping[tuple[str, str], Decimal | None], tuple[Gap, ...]]:
    """The list prices of what runs on demand, each asked for once: they are the same for all accounts."""
    found: dict[tuple[str, str], Decimal | None] = {}
    for each in seen:
        for kind in sorted({one["InstanceType"] for one in each.instances if market_of(one) == ON_DEMAND}):
            if (each.region, kind) in found:
                continue
            try:
                price = await machine_price(each.account, each.region, kind, day=look.day)
            except AWS_ERRORS as error:
                return found, (gap_of(error, _NAME, account=each.account.id, region=each.region),)
            found[each.region, kind] = price
    return found, ()


def _place(look: Look, seen: _Seen, listed: Mapping[tuple[str, str], Decimal | None]) -> Place:
    return Place(
        account=seen.account.id,
        region=seen.region,
        day=look.day,
        now=look.now,
        tags=look.config.tags,
        known={line.item: line for line in look.known if line.source == _NAME},
        histories=seen.histories,
        listed={kind: price for (region, kind), price in listed.items() if region == seen.region},
    )


SOURCE = CostSource(
    name=_NAME,
    summary=(
        "Machines by the time that each has run today, at the spot price of its zone and type as it changed, or at "
        "the list price of Linux; as fresh as the look. What savings plans take off is not known."
    ),
    read=_read,
)
