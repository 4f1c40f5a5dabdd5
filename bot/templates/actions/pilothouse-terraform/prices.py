"""Tells what a plan costs a month, by AWS's price list and spot prices; what has no price is said, never taken as 0."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

HOURS = 730  # of a month, as AWS's own calculator has it
LINUX = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")
# Free of charge, or paid by what goes through: that cannot be seen in a plan.
FREE = frozenset(
    {
        "aws_ebs_encryption_by_default",
        "aws_egress_only_internet_gateway",
        "aws_internet_gateway",
        "aws_key_pair",
        "aws_launch_template",
        "aws_main_route_table_association",
        "aws_network_acl",
        "aws_placement_group",
        "aws_route",
        "aws_route53_record",
        "aws_route_table",
        "aws_route_table_association",
        "aws_security_group",
        "aws_security_group_rule",
        "aws_ssm_document",
        "aws_subnet",
        "aws_vpc",
        "aws_vpc_endpoint_route_table_association",
        "terraform_data",
    }
)
FREE_FAMILIES = (
    "aws_budgets_",
    "aws_default_",
    "aws_iam_",
    "aws_vpc_security_group_",
    "random_",
    "time_",
    "tls_",
)
BY_USE = ("aws_cloudwatch_", "aws_dynamodb_", "aws_flow_log", "aws_s3_", "aws_sns_", "aws_sqs_")
PLAIN_ENDPOINT = "Gateway"


@dataclass(frozen=True)
class Item:
    """Something that costs by the hour or by the month."""

    kind: str  # machine, disk, nat, endpoint, address, zone
    what: str  # the type: i4i.2xlarge, gp3
    is_spot: bool = False

    def __str__(self) -> str:
        names = {
            "machine": self.what,
            "disk": f"GB of {self.what}",
            "nat": "NAT gateway",
            "zone": "hosted zone",
        }
        names |= {"endpoint": "interface endpoint, by zone", "address": "public IPv4 address"}
        return names[self.kind] + (" (spot)" if self.is_spot else "")


@dataclass(frozen=True)
class Bill:
    """What there is, how much of it, and what of it nobody priced."""

    items: Counter[Item]
    unknown: Counter[str]  # kinds of resources


def bill_of(values: dict[str, Any] | None) -> Bill:
    """This function will take stock of a state or of what is planned, as Terraform shows it."""
    bill = Bill(items=Counter(), unknown=Counter())
    found = [
        each for each in resources_in((values or {}).get("root_module", {})) if each.get("mode") == "managed"
    ]
    subnets = [
        each for each in found if each["type"] == "aws_subnet"
    ]  # what an endpoint that is not there yet is in
    for resource in found:
        take_stock(bill, resource["type"], {"subnet_ids": subnets, **resource.get("values", {})})
    return bill


def resources_in(module: dict[str, Any]) -> list[dict[str, Any]]:
    """This function will list the resources of a module and of all within it."""
    inner = [each for child in module.get("child_modules", ()) for each in resources_in(child)]
    return [*module.get("resources", ()), *inner]


def take_stock(bill: Bill, kind: str, said: dict[str, Any]) -> None:
    """This function will add one resource to the bill."""
    if kind == "aws_instance":
        markets = said.get("instance_market_options") or ()
        is_spot = any(each.get("market_type") == "spot" for each in markets)
        bill.items[Item("machine", str(said.get("instance_type") or "a machine"), is_spot)] += 1
        for disk in (*(said.get("root_block_device") or ()), *(said.get("ebs_block_device") or ())):
            add_disk(bill, disk.get("volume_type"), disk.get("volume_size"))
    elif kind == "aws_ebs_volume":
        add_disk(bill, said.get("type"), said.get("size"))
    elif kind == "aws_vpc_endpoint":
        if said.get("vpc_endpoint_type", PLAIN_ENDPOINT) != PLAIN_ENDPOINT:
            bill.items[Item("endpoint", "")] += len(said.get("subnet_ids") or ()) or 1
    elif kind in {"aws_nat_gateway", "aws_eip", "aws_route53_zone"}:
        name = {"aws_nat_gateway": "nat", "aws_eip": "address", "aws_route53_zone": "zone"}[kind]
        bill.items[Item(name, "")] += 1
    elif kind not in FREE and not kind.startswith((*FREE_FAMILIES, *BY_USE)):
        bill.unknown[kind] += 1


def add_disk(bill: Bill, kind: object, size: object) -> None:
    """This function will add the gigabytes of a disk; one that does not say its size cannot be priced."""
    if kind and isinstance(size, int):
        bill.items[Item("disk", str(kind))] += size
    else:
        bill.unknown["a disk of unknown size"] += 1


def asked(*arguments: str) -> dict[str, Any]:
    """This function will ask AWS; what is refused or not answered is nothing, and so unpriced."""
    answer = subprocess.run(
        ["aws", "--output", "json", *arguments], check=False, capture_output=True, text=True
    )
    if answer.returncode != 0:
        print(f"::warning::no price was read: {' '.join(answer.stderr.split())[:500]}")
        return {}
    return dict(json.loads(answer.stdout))


@cache
def monthly(item: Item, region: str) -> Decimal | None:
    """This function will tell what one of it costs a month; None where no price is known."""
    if item.is_spot:
        hourly = spot(item.what, region)
        return None if hourly is None else hourly * HOURS
    service, wanted, unit, usage = {
        "machine": ("AmazonEC2", machine(item.what), "Hrs", ""),
        "disk": ("AmazonEC2", {"productFamily": "Storage", "volumeApiName": item.what}, "GB-Mo", ""),
        "nat": ("AmazonEC2", {"productFamily": "NAT Gateway"}, "Hrs", "NatGateway-Hours"),
        "endpoint": ("AmazonVPC", {"productFamily": "VpcEndpoint"}, "", "VpcEndpoint-Hours"),
        "address": ("AmazonVPC", {}, "", "PublicIPv4:InUseAddress"),
        "zone": ("AmazonRoute53", {"productFamily": "DNS Zone"}, "", "HostedZone"),
    }[item.kind]
    wanted = wanted if item.kind == "zone" else {**wanted, "regionCode": region}
    price = listed(service, wanted, unit, usage)
    return price if price is None or item.kind in {"disk", "zone"} else price * HOURS


def machine(kind: str) -> dict[str, str]:
    """This function will ask for a Linux machine on demand that shares its host with others."""
    return {
        "instanceType": kind,
        "operatingSystem": "Linux",
        "preInstalledSw": "NA",
        "tenancy": "Shared",
        "capacitystatus": "Used",
        "operation": "RunInstances",
    }


def listed(service: str, wanted: dict[str, str], unit: str, usage: str) -> Decimal | None:
    """This function will read a price from the list, the highest where it goes down with the amount.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
    """
    filters = [f"Type=TERM_MATCH,Field={name},Value={value}" for name, value in wanted.items()]
    command = ["pricing", "get-products", "--region", "us-east-1", "--service-code", service]
    products = asked(*command, *(["--filters", *filters] if filters else [])).get("PriceList", ())
    return max(
        (price for text in products for price in prices_in(json.loads(text), unit, usage)), default=None
    )


def prices_in(product: dict[str, Any], unit: str, usage: str) -> list[Decimal]:
    """This function will read the prices of one product, where it is the one that was meant."""
    name = product.get("product", {}).get("attributes", {}).get("usagetype", "")
    if usage and name != usage and not name.endswith(f"-{usage}"):
        return []
    terms = product.get("terms", {}).get("OnDemand", {}).values()
    dimensions = [each for term in terms for each in term.get("priceDimensions", {}).values()]
    prices = [
        dollars(each.get("pricePerUnit", {}).get("USD", ""))
        for each in dimensions
        if unit in {"", each.get("unit")}
    ]
    return [price for price in prices if price]


def dollars(text: str) -> Decimal:
    """This function will read an amount; what is none is nothing."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def spot(kind: str, region: str) -> Decimal | None:
    """This function will read what a spot machine costs an hour just now, in the dearest zone."""
    command = ["ec2", "describe-spot-price-history", "--region", region, "--instance-types", kind]
    now = asked(*command, "--start-time", os.environ["NOW"], "--product-descriptions", *LINUX)
    return max((dollars(row["SpotPrice"]) for row in now.get("SpotPriceHistory", ())), default=None)


def total(bill: Bill, region: str) -> Decimal:
    """This function will add up what has a price."""
    prices = ((monthly(item, region), count) for item, count in bill.items.items())
    return sum((price * count for price, count in prices if price is not None), Decimal(0))


def unpriced(bill: Bill, region: str) -> list[str]:
    """This function will name what has no price."""
    items = [str(item) for item in bill.items if monthly(item, region) is None]
    return sorted([*items, *bill.unknown])


def sentence(before: Bill, after: Bill, region: str) -> str:
    """This function will say in a few words what the environment costs a month, and by how much that changes."""
    cost, missing = total(after, region), unpriced(after, region)
    if missing and not cost:
        return f"unknown: {len(missing)} without a price"
    least = "at least " if missing else ""
    words = f"{least}${cost:,.2f}"
    change = cost - total(before, region)
    if before.items or before.unknown:
        sure = "" if not unpriced(before, region) and not missing else "about "
        words += f" ({sure}{'+' if change >= 0 else '-'}${abs(change):,.2f})"
    return f"{words}, {len(missing)} unpriced" if missing else words


def page_of(after: Bill, region: str, words: str) -> str:
    """This function will write the bill as people read it on the page of the run."""
    lines = [
        "",
        f"### {words} a month",
        "",
        "| amount | of | each | a month |",
        "| ---: | --- | ---: | ---: |",
    ]
    for item, count in sorted(after.items.items(), key=lambda pair: str(pair[0])):
        price = monthly(item, region)
        each, whole = (
            ("unknown", "unknown") if price is None else (f"${price:,.2f}", f"${price * count:,.2f}")
        )
        lines.append(f"| {count:,} | {item} | {each} | {whole} |")
    lines += [
        f"| {count:,} | `{kind}` | unknown | unknown |" for kind, count in sorted(after.unknown.items())
    ]
    note = "Traffic, requests and storage are paid by use, which a plan does not tell. Spot prices are those of now."
    return "\n".join([*lines, "", note, ""])


def main() -> None:
    """This function will put the cost into the summary of the plan."""
    told, region = os.environ, os.environ["REGION"]
    shown = json.loads(Path(told["SHOWN"]).read_text())
    before = bill_of(shown.get("prior_state", {}).get("values"))
    after = bill_of(shown.get("planned_values"))
    words = sentence(before, after, region)
    kept = Path(told["SUMMARY"])
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"monthly_cost": words}))
    print(f"a month: {words}")
    with Path(told["GITHUB_STEP_SUMMARY"]).open("a") as page:
        page.write(page_of(after, region, words))


if __name__ == "__main__":
    main()
