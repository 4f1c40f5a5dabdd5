"""Prices the cluster's machines by the hour: the highest spot price of the region's zones, and the list price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.costs.aws.accounts import AWS_ERRORS, gap_of
from bot.costs.model import CLUSTER
from bot.costs.prices.asking import machine_price, spot_histories
from bot.costs.prices.running import Period
from bot.costs.prices.spot import highest_now

if TYPE_CHECKING:
    from datetime import datetime

    from bot.costs.cluster.acting.work import Steering
    from bot.costs.cluster.model import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The groups with the prices that are known."""

    groups: tuple[Group, ...]
    gaps: tuple[str, ...] = ()  # safe Markdown, one sentence each: why others are not


async def priced(work: Steering, groups: tuple[Group, ...], *, now: datetime) -> Priced:
    """This function will ask what an hour of each group's machines costs now."""
    spot = await _with_spot(work, groups, now=now)
    listed = await _with_list(work, spot.groups, now=now)
    return Priced(groups=listed.groups, gaps=(*spot.gaps, *listed.gaps))


async def _with_spot(work: Steering, groups: tuple[Group, ...], *, now: datetime) -> Priced:
    account, kinds = work.aws, {group.type for group in groups}
    try:
        histories = await spot_histories(account, work.region, kinds, Period(begin=now, end=now))
    except AWS_ERRORS as error:
        gap = gap_of(error, CLUSTER, account=account.id, region=work.region)
        return Priced(groups=groups, gaps=(gap.text,))
    return Priced(groups=tuple(replace(group, spot=highest_now(histories, group.type)) for group in groups))


async def _with_list(work: Steering, groups: tuple[Group, ...], *, now: datetime) -> Priced:
    """The price list is asked once a day for each type, and not again once it has failed."""
    account, known = work.aws, []
    for group in groups:
        try:
            price = await machine_price(account, work.region, group.type, day=now.date())
        except AWS_ERRORS as error:
            gap = gap_of(error, CLUSTER, account=account.id)
            return Priced(groups=groups, gaps=(gap.text,))
        known.append(replace(group, on_demand=price))
    return Priced(groups=tuple(known))
