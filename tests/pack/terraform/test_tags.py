"""What Terraform writes on machines and what the daily limit reads there are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.costs.cluster.model import GROUP_TAG
from bot.costs.enforcers.guards import Guards, Machine, Why, may_terminate
from bot.costs.iam import Names, Purpose, policy
from bot.costs.model import CLUSTER_TAG, ENVIRONMENT_TAG, MANAGED_TAG, PROTECTED_TAG, REAP_TAG
from tests.support.iam_evaluation import allows
from tests.support.offline_terraform import planned, ready
from tests.support.shipped import module

if TYPE_CHECKING:
    from pathlib import Path

prices = module("pilothouse-terraform/prices.py")


def _instances(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["change"]["after"] for one in changes if one["type"] == "aws_instance"]


def _machine(told: dict[str, Any]) -> Machine:
    market = told["instance_market_options"]
    return Machine(
        id="i-0123456789abcdef0",
        account="123456789012",
        region="us-east-1",
        state="running",
        type=told["instance_type"],
        lifecycle=market[0]["market_type"] if market else "",
        tags=told["tags"],
    )


def test_the_limit_may_end_every_machine_of_the_cluster(cluster: list[dict[str, Any]]) -> None:
    machines = _instances(cluster)

    assert len(machines) == 9
    for told in machines:
        assert may_terminate(_machine(told), Guards(cluster="test")) is None
        assert told["tags"][GROUP_TAG] in {"storage", "client", "conduit", "jepsen"}


def test_the_bots_role_may_end_every_machine_of_the_cluster(cluster: list[dict[str, Any]]) -> None:
    """A guard that lets it and a permission that does not would be found out at the limit."""
    allowed = policy((Purpose.ENFORCE,), Names(account="123456789012", cluster="test")).document
    arn = "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"

    for told in _instances(cluster):
        context = {f"aws:ResourceTag/{key}": [value] for key, value in told["tags"].items()}
        spot = {"ec2:InstanceMarketType": ["spot"]}
        assert allows(allowed, "ec2:TerminateInstances", arn, context | spot)
        assert not allows(
            allowed, "ec2:TerminateInstances", arn, context | {"ec2:InstanceMarketType": ["on-demand"]}
        )


def test_every_kind_of_resource_has_a_price_or_none(cluster: list[dict[str, Any]]) -> None:
    """The cost of a plan knows of each what it is paid by; what it does not know it would call unpriced."""
    resources = [one | {"values": one["change"]["after"]} for one in cluster if one["mode"] == "managed"]

    bill = prices.bill_of({"root_module": {"resources": resources}})

    assert not bill.unknown
    counted = {str(item): count for item, count in bill.items.items()}
    assert counted == {
        "i4i.2xlarge (spot)": 5,
        "c7a.xlarge (spot)": 3,
        "t3.medium (spot)": 1,
        "GB of gp3": 270,
        "interface endpoint, by zone": 2,
        "hosted zone": 1,
    }


def test_a_machine_and_its_disks_bear_the_same_tags(cluster: list[dict[str, Any]]) -> None:
    """Volumes are metered by their tags too."""
    common = {MANAGED_TAG: "true", REAP_TAG: "true", CLUSTER_TAG: "test", ENVIRONMENT_TAG: "test"}

    for told in _instances(cluster):
        assert common.items() <= told["tags"].items()
        assert common.items() <= told["volume_tags"].items()


def test_what_can_bear_tags_says_whose_it_is(cluster: list[dict[str, Any]]) -> None:
    """The provider's default tags stand on everything that a plan makes."""
    for one in cluster:
        after = one["change"]["after"]
        if after and isinstance(after.get("tags"), dict) and one["type"] != "aws_instance":
            assert not {PROTECTED_TAG, REAP_TAG} & after["tags"].keys(), one["address"]


def test_production_is_never_ended_by_the_limit(files: Path) -> None:
    changes = planned(ready(files), "environment=production", file="environments/production.tfvars")

    for told in _instances(changes):
        refusal = may_terminate(_machine(told), Guards(cluster="test", spot_only=False))
        assert refusal is not None
        assert refusal.why is Why.NOT_REAPABLE


def test_the_orchestrator_is_protected_before_anything_else(files: Path) -> None:
    (told,) = _instances(planned(ready(files / "orchestrator")))

    refusal = may_terminate(_machine(told), Guards(cluster="test", spot_only=False))

    assert refusal is not None
    assert refusal.why is Why.PROTECTED_TAG
    assert told["disable_api_termination"] is True
