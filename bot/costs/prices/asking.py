"""Asks AWS for prices: of spot machines once a look, from the price list once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.costs.aws.accounts import AwsRequest
from bot.costs.prices.listed import GIGABYTE_MONTHS, HOURS, machine_filters, price_in, volume_filters
from bot.costs.prices.spot import LINUX, histories_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from bot.costs.aws.accounts import Account
    from bot.costs.prices.running import Period
    from bot.costs.prices.spot import Histories

_HOME = "us-east-1"  # where the price list of all regions is served
_PAGE = 100


async def spot_histories(account: Account, region: str, kinds: Iterable[str], period: Period) -> Histories:
    """This function will ask what spot machines of these types cost in the period, in every zone of the region.

    Raises:
        AwsDenied: a permission is missing.
        AwsUnavailable: AWS did not answer.
        AwsRefused: AWS answered that it cannot be done.
    """
    wanted = sorted(set(kinds))
    if not wanted:
        return {}
    request = AwsRequest(
        service="ec2",
        operation="DescribeSpotPriceHistory",
        region=region,
        arguments={
            "InstanceTypes": wanted,
            "ProductDescriptions": list(LINUX),
            "StartTime": period.begin,
            "EndTime": max(period.end, period.begin + timedelta(seconds=1)),
        },
    )
    return histories_of(await account.pages(request, items="SpotPriceHistory"))


async def machine_price(account: Account, region: str, kind: str, *, day: date) -> Decimal | None:
    """This function will ask for a Linux machine's list price an hour; None where the list has none.

    Raises:
        AwsDenied: a permission is missing.
        AwsUnavailable: AWS did not answer.
        AwsRefused: AWS answered that it cannot be done.
    """
    key = ("machine", region, kind, day.isoformat())
    if key not in account.kept:
        account.kept[key] = await _listed(account, machine_filters(kind, region), HOURS)
    return account.kept[key]


async def volume_price(account: Account, region: str, kind: str, *, day: date) -> Decimal | None:
    """This function will ask for a volume's list price for a gigabyte and month; None where the list has none.

    Raises:
        AwsDenied: a permission is missing.
        AwsUnavailable: AWS did not answer.
        AwsRefused: AWS answered that it cannot be done.
    """
    key = ("volume", region, kind, day.isoformat())
    if key not in account.kept:
        account.kept[key] = await _listed(account, volume_filters(kind, region), GIGABYTE_MONTHS)
    return account.kept[key]


async def _listed(account: Account, filters: list[dict[str, str]], unit: str) -> Decimal | None:
    request = AwsRequest(
        service="pricing",
        operation="GetProducts",
        region=_HOME,
        arguments={"ServiceCode": "AmazonEC2", "Filters": filters, "MaxResults": _PAGE},
    )
    return price_in(await account.pages(request, items="PriceList"), unit)
