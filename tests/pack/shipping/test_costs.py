"""What a plan is said to cost."""

from __future__ import annotations

import asyncio
import json
import re
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.aws_cli import folder_of_cli
from tests.support.cloud.aws import cloud
from tests.support.shipped import Job, module

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.no_cover

PRICES = "pilothouse-terraform/prices.py"
DISK = [{"volume_type": "gp3", "volume_size": 30}]
SPOT = [{"market_type": "spot", "spot_options": []}]
STORAGE = {"instance_type": "i4i.2xlarge", "root_block_device": DISK, "instance_market_options": []}
CLIENT = {"instance_type": "c7a.xlarge", "root_block_device": DISK, "instance_market_options": SPOT}


def resource(kind: str, said: Mapping[str, Any], mode: str = "managed") -> dict[str, Any]:
    return {"address": f"{kind}.a", "mode": mode, "type": kind, "values": dict(said)}


def values(*found: dict[str, Any], child: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"root_module": {"resources": list(found), "child_modules": [{"resources": list(child)}]}}


def products(**usages: str) -> dict[str, Any]:
    """The price list's answer: each usage with its price."""
    return {
        "PriceList": [
            json.dumps(
                {
                    "product": {"attributes": {"usagetype": usage}},
                    "terms": {
                        "OnDemand": {
                            "T": {"priceDimensions": {"D": {"unit": "Hrs", "pricePerUnit": {"USD": price}}}}
                        }
                    },
                }
            )
            for usage, price in usages.items()
        ]
    }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What AWS answers to all, in place of AWS."""
    answers: dict[str, Any] = {}
    module(PRICES).monthly.cache_clear()
    monkeypatch.setattr(module(PRICES), "asked", lambda *_: answers)
    return answers


async def test_a_plan_is_priced_by_what_aws_asks_for_it(tmp_path: Path) -> None:
    """Five storage nodes on demand with their disks, two spot clients at the dearest zone's price: of now, not 2006.

    The CLI that asks is the real one.
    """
    planned = values(*[resource("aws_instance", STORAGE)] * 5, child=(resource("aws_instance", CLIENT),) * 2)
    before = values(*[resource("aws_instance", STORAGE)] * 5, *[resource("aws_instance", CLIENT)] * 2)
    before["root_module"]["resources"].pop(0)
    shown, summary = tmp_path / "shown.json", tmp_path / "summary.json"
    shown.write_text(json.dumps({"planned_values": planned, "prior_state": {"values": before}}))
    summary.write_text('{"version": 1}')
    async with cloud() as made:
        made.prices.set_spot("c7a.xlarge", "us-east-1b", "0.09")
        told = {
            "AWS_ENDPOINT_URL": made.url,
            "REGION": "us-east-1",
            "SHOWN": str(shown),
            "SUMMARY": str(summary),
        }
        told["PATH"] = f"{folder_of_cli()}:/usr/bin:/bin"
        job = Job(tmp_path, told)
        ended = await asyncio.to_thread(job.run, PRICES, NOW="2026-03-01T12:00:00Z")
    assert ended.returncode == 0, ended.stderr
    # 5 x 0.686 x 730 + 2 x 0.09 x 730 + 7 x 30 GB x 0.08
    assert json.loads(summary.read_text()) == {"version": 1, "monthly_cost": "$2,652.10 (+$503.18)"}
    assert "| 2 | c7a.xlarge (spot) | $65.70 | $131.40 |" in job.page
    assert "| 210 | GB of gp3 | $0.08 | $16.80 |" in job.page


def test_what_is_paid_by_the_hour_beside_machines_is_counted(asked: dict[str, Any]) -> None:
    """Usage types begin with the region's code but in the oldest region; a regional gateway is another product."""
    asked.update(
        products(
            **{
                "USE2-NatGateway-Hours": "0.045",
                "USE2-RegionalNatGateway-Hours": "0.9",
                "USE2-NatGateway-Bytes": "9",
                "VpcEndpoint-Hours": "0.01",
                "USE2-PublicIPv4:InUseAddress": "0.005",
            }
        )
    )
    prices = module(PRICES)
    bill = prices.bill_of(
        values(
            resource("aws_nat_gateway", {}),
            resource("aws_eip", {}),
            resource("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]}),
            resource(
                "aws_vpc_endpoint", {"vpc_endpoint_type": "Interface"}
            ),  # which subnets is not known yet
            *[resource("aws_subnet", {})] * 3,
            resource("aws_vpc_endpoint", {"vpc_endpoint_type": "Gateway"}),
            resource("aws_vpc", {}),
            resource("aws_s3_bucket", {}),
            resource("aws_instance", STORAGE, mode="data"),
        )
    )
    assert (
        prices.total(bill, "us-east-2") == (Decimal("0.045") + Decimal("0.005") + 5 * Decimal("0.01")) * 730
    )
    assert prices.unpriced(bill, "us-east-2") == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((), "$0.00"),
        ((resource("aws_instance", STORAGE),), "unknown: 2 without a price"),
        ((resource("aws_db_instance", {}),), "unknown: 1 without a price"),
        ((resource("aws_ebs_volume", {"type": "gp3"}),), "unknown: 1 without a price"),
        ((resource("aws_instance", {}),), "unknown: 1 without a price"),
    ],
)
def test_what_has_no_price_is_never_nothing(
    asked: dict[str, Any], found: tuple[dict[str, Any], ...], words: str
) -> None:
    assert asked == {}
    prices = module(PRICES)
    assert prices.sentence(prices.bill_of(None), prices.bill_of(values(*found)), "us-east-1") == words


def test_a_part_that_is_known_is_a_least(asked: dict[str, Any]) -> None:
    asked.update(products(**{"NatGateway-Hours": "0.1"}))
    prices = module(PRICES)
    after = prices.bill_of(values(resource("aws_nat_gateway", {}), resource("aws_lb", {})))
    before = prices.bill_of(values(*[resource("aws_nat_gateway", {})] * 2))
    words = prices.sentence(before, after, "us-east-1")
    assert words == "at least $73.00 (about -$73.00), 1 unpriced"
    assert "| 1 | `aws_lb` | unknown | unknown |" in prices.page_of(after, "us-east-1", words)


def test_who_may_not_read_prices_is_told_and_the_plan_stands(tmp_path: Path) -> None:
    refusing = tmp_path / "bin" / "aws"
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\necho 'An error occurred (AccessDeniedException)' >&2\nexit 254\n")
    refusing.chmod(0o755)
    (tmp_path / "shown.json").write_text(
        json.dumps({"planned_values": values(resource("aws_instance", STORAGE))})
    )
    (tmp_path / "summary.json").write_text("{}")
    told = {
        "SHOWN": str(tmp_path / "shown.json"),
        "SUMMARY": str(tmp_path / "summary.json"),
        "REGION": "us-east-1",
    }
    ended = Job(tmp_path, {**told, "PATH": f"{refusing.parent}:/usr/bin:/bin"}).run(
        PRICES, NOW="2026-03-01T12:00:00Z"
    )
    assert ended.returncode == 0
    assert "::warning::no price was read: An error occurred (AccessDeniedException)" in ended.stdout
    assert json.loads((tmp_path / "summary.json").read_text()) == {
        "monthly_cost": "unknown: 2 without a price"
    }


def test_every_resource_of_the_pack_is_priced_free_or_paid_by_use() -> None:
    """A kind that Terraform files came to hold, and prices did not, would make every plan's cost unknown."""
    root = files("bot") / "templates" / "terraform"
    text = "\n".join(
        path.read_text()
        for folder in (root, root / "modules" / "network")
        for path in folder.iterdir()
        if path.name.endswith(".tf")
    )
    kinds = set(re.findall(r'^resource "([a-z0-9_]+)"', text, re.MULTILINE))
    assert len(kinds) > 5
    prices = module(PRICES)
    bill = prices.bill_of(values(*(resource(kind, {**STORAGE, "subnet_ids": ["a"]}) for kind in kinds)))
    assert bill.unknown == {}
