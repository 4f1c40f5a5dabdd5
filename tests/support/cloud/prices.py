"""What machines and volumes cost: the price list, and spot prices as they change by zone and hour."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.support.cloud.wire import AwsError, moment

if TYPE_CHECKING:
    from tests.support.cloud.wire import Call

# Dollars an hour in us-east-1, on demand, Linux: five of the first, three of the second and one of the third
# are the 4.1 dollars an hour of the reference cluster.
ON_DEMAND = {
    "i4i.2xlarge": Decimal("0.686"),
    "c7a.xlarge": Decimal("0.20528"),
    "t3.medium": Decimal("0.0416"),
    "c7a.2xlarge": Decimal("0.41056"),
}
VOLUMES = {"gp2": Decimal("0.10"), "gp3": Decimal("0.08"), "io2": Decimal("0.125")}  # a GB-month
SPOT_PART = Decimal("0.27")  # of the price on demand, where a test says nothing else
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_LINUX = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")
_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class SpotPrice:
    """A spot price and since when it holds."""

    since: datetime
    price: Decimal


@dataclass
class Prices:
    """The prices of one test's world."""

    on_demand: dict[str, Decimal] = field(default_factory=lambda: dict(ON_DEMAND))
    volumes: dict[str, Decimal] = field(default_factory=lambda: dict(VOLUMES))
    spot: dict[tuple[str, str], list[SpotPrice]] = field(default_factory=dict)  # by zone and type
    page: int = _PAGE

    def set_spot(self, kind: str, zone: str, price: str, *, since: datetime = LONG_AGO) -> None:
        """This function will change a spot price from a time on."""
        self.spot.setdefault((zone, kind), []).append(SpotPrice(since=since, price=Decimal(price)))
        self.spot[zone, kind].sort(key=lambda one: one.since)

    def history(self, zone: str, kind: str) -> list[SpotPrice]:
        """This function will list a type's spot prices in a zone, oldest first; none for a type nobody knows."""
        known = self.spot.get((zone, kind))
        if known is None and kind in self.on_demand:
            return [SpotPrice(since=LONG_AGO, price=self.on_demand[kind] * SPOT_PART)]
        return known or []

    async def describe_spot_price_history(self, call: Call) -> dict[str, Any]:
        """This function will answer as EC2: the changes in the window, and the one in effect as it begins.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
        """
        rows: list[dict[str, Any]] = [
            {
                "AvailabilityZone": zone,
                "InstanceType": kind,
                "ProductDescription": product,
                "SpotPrice": f"{one.price:.6f}",
                "Timestamp": one.since,
            }
            for kind in call.list_of("InstanceType")
            for zone in _zones(call)
            for product in _LINUX
            if product in (call.list_of("ProductDescription") or _LINUX)
            for one in _within(self.history(zone, kind), call)
        ]
        rows.sort(key=lambda row: row["Timestamp"], reverse=True)
        return _paged(rows, call, key="SpotPriceHistory", page=int(call.arguments.get("MaxResults", 1000)))

    async def get_products(self, call: Call) -> dict[str, Any]:
        """This function will answer as the price list: with everything that the filters do not keep out."""
        if call.region not in {"us-east-1", "eu-central-1", "ap-south-1"}:
            raise AwsError("AccessDeniedException", "The price list is not served in this region.", 400)
        wanted = {one["Field"]: one["Value"] for one in call.arguments.get("Filters", [])}
        known = [*self._machines(), *self._disks()] if call.arguments["ServiceCode"] == "AmazonEC2" else []
        found = [json.dumps(product) for product in known if _matches(product, wanted)]
        page = min(int(call.arguments.get("MaxResults", self.page)), self.page)
        return {"FormatVersion": "aws_v1", **_paged(found, call, key="PriceList", page=page)}

    def _machines(self) -> list[dict[str, Any]]:
        """Each type with what the filters must tell apart: the price of Windows, of a whole host, of no hours."""
        return [
            _machine(kind, price * factor, system=system, tenancy=tenancy, capacity=capacity)
            for kind, price in sorted(self.on_demand.items())
            for system, tenancy, capacity, factor in (
                ("Windows", "Shared", "Used", 2),
                ("Linux", "Dedicated", "Used", 3),
                ("Linux", "Shared", "AllocatedCapacityReservation", 0),
                ("Linux", "Shared", "UnusedCapacityReservation", 1),
                ("Linux", "Shared", "Used", 1),
            )
        ]

    def _disks(self) -> list[dict[str, Any]]:
        return [
            _product(
                {
                    "productFamily": "Storage",
                    "volumeApiName": kind,
                    "usagetype": f"EBS:VolumeUsage.{kind}",
                    "regionCode": "us-east-1",
                    "location": "US East (N. Virginia)",
                    "servicecode": "AmazonEC2",
                },
                price,
                unit="GB-Mo",
            )
            for kind, price in sorted(self.volumes.items())
        ]


def _zones(call: Call) -> list[str]:
    """One zone if the call names it, else three of its region."""
    named = call.arguments.get("AvailabilityZone")
    return [named] if named else [f"{call.region}{letter}" for letter in "abc"]


def _within(history: list[SpotPrice], call: Call) -> list[SpotPrice]:
    if "StartTime" not in call.arguments:
        return history
    start = moment(call.arguments["StartTime"])
    end = moment(call.arguments["EndTime"]) if "EndTime" in call.arguments else None
    before = [one for one in history if one.since <= start]
    inside = [one for one in history if one.since > start and (end is None or one.since <= end)]
    return [*before[-1:], *inside]


def _paged(rows: list[Any], call: Call, *, key: str, page: int) -> dict[str, Any]:
    begin = int(call.arguments.get("NextToken") or 0)
    more = {"NextToken": str(begin + page)} if begin + page < len(rows) else {}
    return {key: rows[begin : begin + page], **more}


def _machine(kind: str, price: Decimal, *, system: str, tenancy: str, capacity: str) -> dict[str, Any]:
    attributes = {
        "productFamily": "Compute Instance",
        "instanceType": kind,
        "regionCode": "us-east-1",
        "location": "US East (N. Virginia)",
        "operatingSystem": system,
        "preInstalledSw": "NA",
        "tenancy": tenancy,
        "capacitystatus": capacity,
        "licenseModel": "No License required",
        "marketoption": "OnDemand",
        "operation": "RunInstances",
        "servicecode": "AmazonEC2",
    }
    return _product(attributes, price, unit="Hrs")


def _product(attributes: dict[str, str], price: Decimal, *, unit: str) -> dict[str, Any]:
    family = attributes.pop("productFamily")
    dimension = {"unit": unit, "pricePerUnit": {"USD": f"{price:.10f}"}, "beginRange": "0", "endRange": "Inf"}
    return {
        "product": {"productFamily": family, "attributes": attributes, "sku": "SKU"},
        "serviceCode": "AmazonEC2",
        "terms": {"OnDemand": {"SKU.TERM": {"priceDimensions": {"SKU.TERM.RATE": dimension}}}},
        "version": "20261101000000",
    }


def _matches(product: dict[str, Any], wanted: dict[str, str]) -> bool:
    known = {**product["product"]["attributes"], "productFamily": product["product"]["productFamily"]}
    return all(known.get(name, "").lower() == value.lower() for name, value in wanted.items())
