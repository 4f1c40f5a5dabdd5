"""Meters volumes by their size and the time that they have been there today, at the list price."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsRequest, gap_of
from bot.costs.look import CostSource
from bot.costs.model import SourceReading, Sureness
from bot.costs.prices.asking import volume_price
from bot.costs.prices.machines import SOURCE as _MACHINES
from bot.costs.prices.volumes import SOURCE as _NAME
from bot.costs.prices.volumes import Shelf, is_ours, provisioned_gap, unpriced, volume_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from bot.costs.aws.accounts import Account
    from bot.costs.look import Look
    from bot.costs.model import Gap, MeterLine

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one region of one account told."""

    lines: tuple[MeterLine, ...] = ()
    gaps: tuple[Gap, ...] = ()
    is_whole: bool = True


async def _read(look: Look) -> SourceReading:
    if look.accounts.gap is not None:
        gaps = (replace(look.accounts.gap, source=_NAME),)
        return SourceReading(source=_NAME, data_until=None, sureness=Sureness.LISTED, gaps=gaps)
    looks = [
        _of_region(look, account, region) for account in look.accounts.accounts for region in account.regions
    ]
    told = await asyncio.gather(*looks)
    return SourceReading(
        source=_NAME,
        data_until=look.now if told and all(each.is_whole for each in told) else None,
        sureness=Sureness.LISTED,
        lines=tuple(line for each in told for line in each.lines),
        gaps=tuple(gap for each in told for gap in each.gaps),
        calls=look.accounts.calls,
    )


async def _of_region(look: Look, account: Account, region: str) -> _Told:
    machines = {line.detail["instance"]: line for line in look.known if line.source == _MACHINES}
    request = AwsRequest(
        service="ec2", operation="DescribeVolumes", region=region, arguments={"MaxResults": _PAGE}
    )
    try:
        found = await account.pages(request, items="Volumes")
    except AWS_ERRORS as error:
        return _Told(gaps=(gap_of(error, _NAME, account=account.id, region=region),), is_whole=False)
    ours = [one for one in found if is_ours(one, look.config.tags, machines)]
    listed, refused = await _listed(look, account, region, ours)
    shelf = Shelf(
        account=account.id,
        region=region,
        day=look.day,
        now=look.now,
        tags=look.config.tags,
        machines=machines,
        listed=listed,
    )
    lines = tuple(line for one in ours if (line := volume_line(one, shelf)) is not None)
    # Where prices could not be asked for, that is said already; those that were known go on.
    unknown = () if refused else tuple(unpriced(line) for line in lines if line.amount is None)
    beyond = tuple(gap for one in ours if (gap := provisioned_gap(one, shelf)) is not None)
    return _Told(lines=lines, gaps=(*refused, *unknown, *beyond))


async def _listed(
    look: Look, account: Account, region: str, volumes: Iterable[Mapping[str, Any]]
) -> tuple[Mapping[str, Decimal | None], tuple[Gap, ...]]:
    found: dict[str, Decimal | None] = {}
    for kind in sorted({one["VolumeType"] for one in volumes}):
        try:
            found[kind] = await volume_price(account, region, kind, day=look.day)
        except AWS_ERRORS as error:
            return found, (gap_of(error, _NAME, account=account.id, region=region),)
    return found, ()


SOURCE = CostSource(
    name=_NAME,
    summary=(
        "Volumes by size and the time that each has been there today, at the list price of storage; as fresh as the "
        "look. Snapshots and provisioned performance are not metered."
    ),
    read=_read,
)
