"""Makes and ends instances in moto, as the AWS provider would in EC2."""

from __future__ import annotations

import functools
import os
from typing import Any

Values = dict[str, Any]
GONE = {"terminated", "shutting-down"}


def send_as(request: Any, **_: Any) -> None:
    """This function will have moto take a request as one of the account that was named."""
    if account := os.environ.get("STUB_ACCOUNT"):
        request.headers["x-moto-account-id"] = account


class Machines:
    """Instances, where a moto server was named."""

    def __init__(self, address: str) -> None:
        import boto3  # noqa: PLC0415 - it takes half a second, and most tests have no moto

        self.ec2: Any = boto3.client(
            "ec2",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        self.ec2.meta.events.register("before-send.ec2", send_as)

    @functools.cached_property
    def image(self) -> str:
        """Any image that moto knows."""
        return str(self.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"])

    def is_there(self, name: str) -> bool:
        """This function will say whether an instance is there and not being ended."""
        found = self.ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [name]}])
        states = [one["State"]["Name"] for each in found["Reservations"] for one in each["Instances"]]
        return any(state not in GONE for state in states)

    def make(self, values: Values) -> Values:
        """This function will make an instance, and say what became known of it."""
        all_tags = values.get("tags_all")
        tags = (all_tags if isinstance(all_tags, dict) else {}) | (values.get("tags") or {})
        asked: dict[str, Any] = {
            "ImageId": self.image,
            "InstanceType": values["instance_type"],
            "MinCount": 1,
            "MaxCount": 1,
        }
        if tags:
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            asked["TagSpecifications"] = [{"ResourceType": "instance", "Tags": listed}]
        if any(each.get("market_type") == "spot" for each in values.get("instance_market_options") or []):
            asked["InstanceMarketOptions"] = {"MarketType": "spot"}
        made = self.ec2.run_instances(**asked)["Instances"][0]
        lifecycle = made.get("InstanceLifecycle", "")
        known = {"id": made["InstanceId"], "private_ip": made.get("PrivateIpAddress")}
        return values | known | {"instance_lifecycle": lifecycle}

    def end(self, values: Values) -> None:
        """This function will end an instance."""
        self.ec2.terminate_instances(InstanceIds=[values["id"]])
