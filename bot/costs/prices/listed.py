"""Asks the price list for one thing, and reads its price out of the answer."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HOURS = "Hrs"
GIGABYTE_MONTHS = "GB-Mo"
_PLAIN = "RunInstances"  # the operation of a machine without anything beside Linux


def machine_filters(kind: str, region: str) -> list[dict[str, str]]:
    """This function will ask for a Linux machine on demand that shares its host with others.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
    """
    wanted = {
        "instanceType": kind,
        "regionCode": region,
        "operatingSystem": "Linux",
        "preInstalledSw": "NA",
        "tenancy": "Shared",
        "capacitystatus": "Used",
    }
    return _filters(wanted)


def volume_filters(kind: str, region: str) -> list[dict[str, str]]:
    """This function will ask for the storage of a volume."""
    return _filters({"productFamily": "Storage", "volumeApiName": kind, "regionCode": region})


def price_in(products: Iterable[str], unit: str) -> Decimal | None:
    """This function will return the price for a unit, the highest of several; None where there is none."""
    found = [price for product in products for price in _prices(json.loads(product), unit)]
    plain = [price for operation, price in found if operation in {_PLAIN, ""}]
    return max(plain or [price for _, price in found], default=None)


def _filters(wanted: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]


def _prices(product: Mapping[str, Any], unit: str) -> Iterator[tuple[str, Decimal]]:
    operation = product.get("product", {}).get("attributes", {}).get("operation", "")
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            price = _dollars(dimension.get("pricePerUnit", {}).get("USD", ""))
            if dimension.get("unit") == unit and price > 0:
                yield operation, price


def _dollars(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)
