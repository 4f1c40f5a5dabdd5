"""Has EC2 make the cluster's machines: one instant fleet for each group, made once whatever becomes of the answer."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from bot.costs.aws.errors import AwsDenied, AwsRefused, AwsUnavailable
from bot.costs.cluster.model import GROUP_TAG, REQUEST_TAG, Raised
from bot.github.errors import Uncertain
from bot.markdown import code, escape, fence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config.costing import FleetConfig
    from bot.costs.cluster.acting.work import Steering
    from bot.costs.cluster.model import Group

_LONGEST = 300
_MOST_PROBLEMS = 3


async def raise_group(work: Steering, fleet: FleetConfig, group: Group) -> Raised:
    """This function will have the group's machines made once, and say what became of it."""
    token = token_of(work, group)

    async def act() -> Raised:
        request = work.ec2("CreateFleet", _arguments(work, fleet, group, token), repeats=False)
        try:
            return _raised(group, await work.aws.call(request))
        except AwsUnavailable as error:  # it may have made them
            raise Uncertain(error.message) from error

    async def find() -> Raised | None:
        try:
            ids = await _made(work, token)
        except AwsUnavailable as error:
            raise Uncertain(error.message) from error
        return Raised(group=group.name, wanted=group.count, ids=ids) if ids else None

    key = f"fleet/{work.repo.ref.id}/{work.request.key}/{group.name}"
    try:
        return await work.services.services.effects.once(key, act, read_back=find, returns=Raised)
    except Uncertain as error:
        text = f"AWS did not answer: {escape(str(error)[:_LONGEST])}"
        return Raised(group=group.name, wanted=group.count, problems=(text,), is_uncertain=True)
    except AwsDenied as error:
        advice = f" Add this statement to the role:\n\n{fence(error.statement, 'json')}\n" * bool(
            error.statement
        )
        text = f"AWS denied {code(error.action)}.{advice}"
        return Raised(group=group.name, wanted=group.count, problems=(text,))
    except AwsRefused as error:
        text = f"AWS refused: {code(error.code)}, {escape(error.message[:_LONGEST])}"
        return Raised(group=group.name, wanted=group.count, problems=(text,))


def token_of(work: Steering, group: Group) -> str:
    """This function will make the token by which AWS, and a look at the tags, know the same asking again."""
    words = f"{work.repo.ref.id}/{work.request.key}/{group.name}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


async def _made(work: Steering, token: str) -> tuple[str, ...]:
    """The machines that an asking whose answer was lost has made."""
    filters = [
        {"Name": f"tag:{REQUEST_TAG}", "Values": [token]},
        {"Name": "instance-state-name", "Values": ["pending", "running"]},
    ]
    request = work.ec2("DescribeInstances", {"Filters": filters})
    found = await work.aws.pages(request, items="Reservations.Instances")
    return tuple(sorted(each["InstanceId"] for each in found))


def _arguments(work: Steering, fleet: FleetConfig, group: Group, token: str) -> dict[str, Any]:
    tags = work.tags() | {REQUEST_TAG: token, GROUP_TAG: group.name, "Name": f"{work.name}-{group.name}"}
    listed = [{"Key": name, "Value": value} for name, value in tags.items()]
    kind = "spot" if work.config.spot else "on-demand"
    options = (
        {"SpotOptions": {"AllocationStrategy": "price-capacity-optimized"}}
        if work.config.spot
        else {"OnDemandOptions": {"AllocationStrategy": "lowest-price"}}
    )
    return {
        "Type": "instant",
        "ClientToken": token,
        "LaunchTemplateConfigs": [
            {
                "LaunchTemplateSpecification": {
                    "LaunchTemplateName": fleet.launch_template,
                    "Version": "$Default",
                },
                "Overrides": [
                    {"InstanceType": group.type, "SubnetId": subnet, "WeightedCapacity": 1}
                    for subnet in fleet.subnets
                ],
            }
        ],
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": group.count,
            "DefaultTargetCapacityType": kind,
        },
        "TagSpecifications": [{"ResourceType": kind, "Tags": listed} for kind in ("instance", "volume")],
        **options,
    }


def _raised(group: Group, answer: dict[str, Any]) -> Raised:
    ids = tuple(found for made in answer.get("Instances", ()) for found in made.get("InstanceIds", ()))
    return Raised(
        group=group.name, wanted=group.count, ids=ids, problems=tuple(_problems(answer.get("Errors", ())))
    )


def _problems(errors: Iterable[dict[str, Any]]) -> list[str]:
    """What AWS says of what it could not make; it says the same of each subnet."""
    said = dict.fromkeys(
        (str(error.get("ErrorCode", "")), str(error.get("ErrorMessage", ""))) for error in errors
    )
    return [f"{code(name)}: {escape(message[:_LONGEST])}" for name, message in list(said)[:_MOST_PROBLEMS]]
