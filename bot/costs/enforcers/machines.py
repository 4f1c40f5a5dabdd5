"""Reads the machines that the limit might end, and ends one of them: read again first, looked at again afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsDenied, AwsRefused, AwsRequest, AwsUnavailable, gap_of
from bot.costs.enforcers.guards import ENDING, Guards, Machine, may_terminate
from bot.costs.model import CLUSTER_TAG, MANAGED_TAG, REAP_TAG, ActionState, Gap
from bot.markdown import code, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.costs.aws.accounts import Account, AwsError

SOURCE = "limit"  # as the gaps of what the limit could not see name it
_GONE = frozenset({"InvalidInstanceID.NotFound"})
_NO_REQUEST = frozenset({"InvalidSpotInstanceRequestID.NotFound"})
_LIVE = ["pending", "running", "stopping", "stopped"]
# What starts a machine anew when it is ended, by the tag that it puts on it.
_REPLACED_BY = {
    "aws:autoscaling:groupName": "Auto Scaling group",
    "aws:ec2:fleet-id": "EC2 fleet",
    "aws:ec2spot:fleet-request-id": "Spot fleet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The machines that bear the tags of what may be ended, and what could not be read."""

    machines: tuple[Machine, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of ending a machine."""

    state: ActionState
    text: str  # safe Markdown, one sentence


async def find_machines(accounts: Iterable[Account], *, cluster: str) -> Seen:
    """This function will read the cluster's machines that are managed and reapable, in every account and region."""
    looks = [_find(account, region, cluster) for account in accounts for region in account.regions]
    found = await asyncio.gather(*looks)
    return Seen(
        machines=tuple(machine for seen in found for machine in seen.machines),
        gaps=tuple(gap for seen in found for gap in seen.gaps),
    )


async def end_machine(account: Account, machine: Machine, guards: Guards) -> Ended:
    """This function will end the machine if it still may be: read again first, its spot request cancelled before it.

    One machine for each request: a batch fails as a whole where one of its ids is wrong.
    """
    try:
        now = await _again(account, machine)
        if now is None or now.state in ENDING:
            return Ended(state=ActionState.DONE, text=f"{code(machine.id)} was gone already.")
        refusal = may_terminate(now, guards)
        if refusal is not None:
            return Ended(state=ActionState.REFUSED, text=refusal.text)
        cancelled = await _cancel_request(account, now)
        await _terminate(account, now)
    except AWS_ERRORS as error:
        return _failed(machine, error)
    return Ended(state=ActionState.DONE, text=f"{_named(machine)} was ended{cancelled}{_comes_back(now)}.")


async def _find(account: Account, region: str, cluster: str) -> Seen:
    filters = [
        {"Name": f"tag:{MANAGED_TAG}", "Values": ["true"]},
        {"Name": f"tag:{REAP_TAG}", "Values": ["true"]},
        {"Name": f"tag:{CLUSTER_TAG}", "Values": [cluster]},
        {"Name": "instance-state-name", "Values": _LIVE},
    ]
    request = _ec2("DescribeInstances", region, {"Filters": filters})
    try:
        found = await account.pages(request, items="Reservations.Instances")
    except AWS_ERRORS as error:
        return Seen(gaps=(gap_of(error, SOURCE, account=account.id, region=region),))
    return Seen(machines=tuple(machine_of(each, account.id, region) for each in found))


def machine_of(instance: Mapping[str, Any], account: str, region: str) -> Machine:
    """This function will take from EC2's words about an instance what decides whether it may be ended."""
    return Machine(
        id=instance["InstanceId"],
        account=account,
        region=region,
        state=instance.get("State", {}).get("Name", ""),
        type=instance.get("InstanceType", ""),
        lifecycle=instance.get("InstanceLifecycle", ""),
        spot_request=instance.get("SpotInstanceRequestId", ""),
        tags={tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())},
    )


async def _again(account: Account, machine: Machine) -> Machine | None:
    request = _ec2("DescribeInstances", machine.region, {"InstanceIds": [machine.id]})
    try:
        found = await account.pages(request, items="Reservations.Instances")
    except AwsRefused as error:
        if error.code in _GONE:
            return None
        raise
    return machine_of(found[0], account.id, machine.region) if found else None


async def _cancel_request(account: Account, machine: Machine) -> str:
    """Cancel the machine's persistent request, which would start another one, and say so."""
    if not machine.spot_request:
        return ""
    asked = _ec2(
        "DescribeSpotInstanceRequests", machine.region, {"SpotInstanceRequestIds": [machine.spot_request]}
    )
    try:
        found = (await account.call(asked)).get("SpotInstanceRequests", [])
    except AwsRefused as error:
        if error.code in _NO_REQUEST:
            return ""
        raise
    if not any(one.get("Type") == "persistent" for one in found):
        return ""
    cancel = _ec2(
        "CancelSpotInstanceRequests", machine.region, {"SpotInstanceRequestIds": [machine.spot_request]}
    )
    await account.call(cancel)
    return f", after its persistent request {code(machine.spot_request)} was cancelled"


async def _terminate(account: Account, machine: Machine) -> None:
    """End it; where the answer is lost, what AWS shows of the machine afterwards is the answer."""
    try:
        await account.call(_ec2("TerminateInstances", machine.region, {"InstanceIds": [machine.id]}))
    except AwsUnavailable:
        now = await _again(account, machine)
        if now is not None and now.state not in ENDING:
            raise
    except AwsRefused as error:
        if error.code not in _GONE:
            raise


def _failed(machine: Machine, error: AwsError) -> Ended:
    match error:
        case AwsDenied(action=action, statement=statement):
            advice = f" Add to the role's policy: {code(statement)}" if statement else ""
            text = f"{_named(machine)} was not ended: AWS denied {code(action)}.{advice}"
        case AwsUnavailable(message=message):
            text = f"It is not known whether {_named(machine)} was ended: {escape(message[:300])}"
        case AwsRefused(code="OperationNotPermitted", message=message):
            text = f"{_named(machine)} is protected against being ended: {escape(message[:300])}"
            return Ended(state=ActionState.REFUSED, text=text)
        case AwsRefused(code=name, message=message):
            text = f"{_named(machine)} was not ended: {code(name)}, {escape(message[:300])}"
    return Ended(state=ActionState.FAILED, text=text)


def _named(machine: Machine) -> str:
    kind = f" ({code(machine.type)})" if machine.type else ""
    return f"{code(machine.id)}{kind}"


def _comes_back(machine: Machine) -> str:
    for tag, what in _REPLACED_BY.items():
        if name := machine.tags.get(tag):
            return f"; the {what} {code(name)} may start another one, which is ended at the next look"
    return ""


def _ec2(operation: str, region: str, arguments: Mapping[str, Any]) -> AwsRequest:
    return AwsRequest(service="ec2", operation=operation, region=region, arguments=arguments)
