"""The AWS of the tests answers as AWS's own description says, at one address, at the test's own time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.clock import Clock
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.cloud.wire import Call, written
from tests.support.processes import is_alive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.no_cover


async def _ask(world: Cloud, service: str, ask: Callable[[Any], Any]) -> Any:
    client = boto3.client(
        service,  # type: ignore[call-overload] # any service
        endpoint_url=world.url,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=5),
    )
    return await asyncio.to_thread(ask, client)


async def test_a_machine_is_as_old_as_the_clock_of_the_test_says() -> None:
    """What moto makes bears the test's time, and ends at it."""
    clock = Clock()
    async with cloud(clock) as world:
        (made,) = world.make.machines("i4i.2xlarge", spot=True, tags={"pilothouse:managed": "true"})
        clock.advance(timedelta(hours=7))
        await _ask(world, "ec2", lambda ec2: ec2.terminate_instances(InstanceIds=[made]))
        told = await _ask(world, "ec2", lambda ec2: ec2.describe_instances())
        machine = told["Reservations"][0]["Instances"][0]
        assert machine["InstanceLifecycle"] == "spot"
        assert machine["LaunchTime"] == clock.now - timedelta(hours=7)
        assert machine["StateTransitionReason"] == "User initiated (2026-11-03 16:00:00 UTC)"
        assert world.count() == {"ec2:TerminateInstances": 1, "ec2:DescribeInstances": 1}


@pytest.mark.parametrize(
    ("service", "action", "ask", "code"),
    [
        ("ec2", "ec2:DescribeVolumes", "describe_volumes", "UnauthorizedOperation"),
        ("cloudwatch", "cloudwatch:ListMetrics", "list_metrics", "AccessDenied"),
        ("iam", "iam:ListRoles", "list_roles", "AccessDenied"),
        ("bedrock", "bedrock:ListInferenceProfiles", "list_inference_profiles", "AccessDeniedException"),
        ("pricing", "pricing:DescribeServices", "describe_services", "AccessDeniedException"),
    ],
)
async def test_a_missing_permission_is_worded_as_by_its_service(
    service: str, action: str, ask: str, code: str
) -> None:
    """Every protocol has its own form of a denial; the library reads each."""
    async with cloud() as world:
        world.faults.deny(action)
        with pytest.raises(ClientError, match=f"perform: {action} because") as caught:
            await _ask(world, service, lambda client: getattr(client, ask)())
        assert caught.value.response["Error"]["Code"] == code


async def test_a_role_is_assumed_with_its_external_id_only() -> None:
    """Whoever knows a role's name alone does not get in."""
    role = "arn:aws:iam::222222222222:role/pilothouse"
    async with cloud() as world:
        world.trust.allow(role, "pilothouse:7")
        assume = {"RoleArn": role, "RoleSessionName": "pilothouse"}
        with pytest.raises(ClientError, match="sts:AssumeRole"):
            await _ask(world, "sts", lambda sts: sts.assume_role(**assume))
        given = await _ask(world, "sts", lambda sts: sts.assume_role(**assume, ExternalId="pilothouse:7"))
        assert world.trust.account_of(given["Credentials"]["AccessKeyId"], HOME) == "222222222222"


async def test_an_answer_may_be_lost_after_its_effect() -> None:
    """The connection breaks, and the machine is gone all the same."""
    async with cloud() as world:
        (made,) = world.make.machines("t3.medium")
        world.faults.add(Fault(action="ec2:TerminateInstances", way=Way.LOSE, left=1))
        with pytest.raises(BotoCoreError):
            await _ask(world, "ec2", lambda ec2: ec2.terminate_instances(InstanceIds=[made]))
        assert world.make.states() == {made: "terminated"}


def test_what_aws_does_not_describe_is_not_answered() -> None:
    """The stand-in fails the test rather than teach the bot another AWS."""
    call = Call(service="pricing", operation="GetProducts", region="us-east-1", access_key="")
    with pytest.raises(AssertionError, match="PriceLists"):
        written(call, {"PriceLists": []})


async def test_a_command_really_runs_and_is_not_known_at_once(tmp_path: Path) -> None:
    """Systems Manager says first that there is no such invocation, then how the script went."""
    async with cloud() as world:
        world.remote.manage("i-0123456789abcdef0", tmp_path)
        sent = await _ask(
            world,
            "ssm",
            lambda ssm: ssm.send_command(
                InstanceIds=["i-0123456789abcdef0"],
                DocumentName="AWS-RunShellScript",
                Parameters={"commands": ["echo here > told", "exit 3"]},
            ),
        )
        asked = {"CommandId": sent["Command"]["CommandId"], "InstanceId": "i-0123456789abcdef0"}
        with pytest.raises(ClientError, match="InvocationDoesNotExist"):
            await _ask(world, "ssm", lambda ssm: ssm.get_command_invocation(**asked))
        (invocation,) = world.remote.invocations
        assert invocation.task is not None
        await invocation.task
        told = await _ask(world, "ssm", lambda ssm: ssm.get_command_invocation(**asked))
        assert (told["Status"], told["ResponseCode"]) == ("Failed", 3)
        assert (tmp_path / "told").read_text() == "here\n"


async def test_a_command_that_floods_or_hangs_is_cut_as_by_the_agent(tmp_path: Path) -> None:
    """What it says is cut at 24,000 and 8,000 characters; at its time limit all of its group is killed."""
    async with cloud() as world:
        world.remote.manage("i-0123456789abcdef0", tmp_path)
        flood = "head -c 90000 /dev/zero | tr '\\0' x | tee /dev/stderr"
        for command in (flood, "echo $$ > process; sleep 600"):
            send = partial(
                boto3.client("ssm", endpoint_url=world.url).send_command,
                InstanceIds=["i-0123456789abcdef0"],
                DocumentName="AWS-RunShellScript",
                Parameters={"commands": [command], "executionTimeout": ["1"]},
            )
            await asyncio.to_thread(send)
        for invocation in world.remote.invocations:
            assert invocation.task is not None
            await invocation.task
        cut, killed = world.remote.invocations
        assert (len(cut.out), len(cut.err), cut.status) == (24_000, 8_000, "Success")
        assert (killed.status, killed.details) == ("TimedOut", "ExecutionTimedOut")
        assert not is_alive(int((tmp_path / "process").read_text()))
