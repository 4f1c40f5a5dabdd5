"""How a test fills its AWS: machines, roles and volumes, made at moto itself, uncounted and without faults."""

from __future__ import annotations

import functools
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3

from tests.support.cloud import process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import TagSpecificationTypeDef, TagTypeDef
    from mypy_boto3_iam import IAMClient

_IMAGE = "ami-1e749f67"  # Ubuntu, one of the images that moto has


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")


class Preparing:
    """Makes things in AWS as somebody else than the bot."""

    def __init__(self, home: str, tell_time: Callable[[], None]) -> None:
        self._home = home
        self._tell_time = tell_time
        self._made: dict[tuple[str, str], Any] = {}

    def ec2(self, account: str = "", region: str = "us-east-1") -> EC2Client:
        """This function will give a client of EC2 in an account; the bot's own if none is named."""
        client: EC2Client = self._client("ec2", account, region)
        return client

    def iam(self, account: str = "") -> IAMClient:
        """This function will give a client of IAM in an account."""
        client: IAMClient = self._client("iam", account, "us-east-1")
        return client

    def _client(self, service: str, account: str, region: str) -> Any:
        key = (f"{service} {account}", region)
        if key not in self._made:
            url = process.address()
            client = _session().client(service, region_name=region, endpoint_url=url)  # type: ignore[call-overload] # any service
            client.meta.events.register("before-send", partial(self._send_as, account or self._home))
            self._made[key] = client
        return self._made[key]

    def _send_as(self, account: str, request: Any, **_: Any) -> None:
        self._tell_time()
        request.headers["x-moto-account-id"] = account

    def machines(  # noqa: PLR0913 - each is one property of a machine
        self,
        kind: str,
        count: int = 1,
        *,
        spot: bool = False,
        tags: Mapping[str, str] | None = None,
        zone: str = "us-east-1a",
        account: str = "",
        protected: bool = False,
        disk: tuple[int, str] = (8, "gp3"),
    ) -> list[str]:
        """This function will launch machines and return their ids; protected ones refuse to be terminated."""
        market: dict[str, Any] = {"InstanceMarketOptions": {"MarketType": "spot"}} if spot else {}
        tagged: list[TagTypeDef] = [{"Key": name, "Value": value} for name, value in (tags or {}).items()]
        specified: list[TagSpecificationTypeDef] = [{"ResourceType": "instance", "Tags": tagged}]
        launched = self.ec2(account, zone[:-1]).run_instances(
            ImageId=_IMAGE,
            MinCount=count,
            MaxCount=count,
            InstanceType=kind,  # type: ignore[arg-type] # any text is a type here
            Placement={"AvailabilityZone": zone},
            DisableApiTermination=protected,
            TagSpecifications=specified if tagged else [],
            BlockDeviceMappings=[
                {
                    "DeviceName": "/dev/sda1",
                    "Ebs": {"VolumeSize": disk[0], "VolumeType": disk[1], "DeleteOnTermination": True},  # type: ignore[typeddict-item] # any text is a type here
                }
            ],
            **market,
        )
        return [one["InstanceId"] for one in launched["Instances"]]

    def terminate(self, *ids: str, account: str = "", region: str = "us-east-1") -> None:
        """This function will end machines as their owner would."""
        self.ec2(account, region).terminate_instances(InstanceIds=list(ids))

    def states(self, account: str = "", region: str = "us-east-1") -> dict[str, str]:
        """This function will say how each machine stands."""
        answer = self.ec2(account, region).describe_instances()
        machines = [one for group in answer["Reservations"] for one in group["Instances"]]
        return {one["InstanceId"]: one["State"]["Name"] for one in machines}

    def role(self, name: str, account: str = "") -> None:
        """This function will make a role that the budget may deny model calls."""
        self.iam(account).create_role(RoleName=name, AssumeRolePolicyDocument="{}")

    def role_policies(self, name: str, account: str = "") -> list[str]:
        """This function will list the names of a role's inline policies."""
        return self.iam(account).list_role_policies(RoleName=name)["PolicyNames"]
