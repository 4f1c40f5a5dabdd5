"""AWS is asked as the repository's role, counted, and its failures are worded with what helps."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Aws, AwsDenied, AwsRefused, AwsRequest, AwsUnavailable, gap_of
from bot.costs.aws.denials import error_of
from bot.costs.aws.threads import Threads
from bot.costs.model import GapKind
from tests.support.clock import Clock
from tests.support.cloud.aws import HOME, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.cloud.wire import AwsError
from tests.support.looking import ROCKET, config_of, look_into

if TYPE_CHECKING:
    from bot.costs.aws.accounts import Account
    from tests.support.cloud.aws import Cloud
    from tests.support.cloud.wire import Call

OTHER = "222222222222"
ROLE = f"arn:aws:iam::{OTHER}:role/costs"
MACHINES = AwsRequest(service="ec2", operation="DescribeInstances", region="us-east-1")


def _account(world: Cloud, *, account: str = OTHER, role: str | None = ROLE) -> Account:
    config = config_of(accounts=(AccountConfig(id=account, role=role),))
    return look_into(world, Clock(), config).accounts.accounts[0]


async def test_a_role_is_assumed_once_with_the_external_id() -> None:
    """So that nobody who knows the role's name can have it read for another repository."""
    async with cloud() as world:
        world.trust.allow(ROLE, "pilothouse:7")
        account = _account(world)
        for _ in range(3):
            await account.call(MACHINES)

        assert world.count() == {"sts:AssumeRole": 1, "ec2:DescribeInstances": 3} == dict(account.counts)
        (assumed,) = (call for call in world.calls if call.name == "sts:AssumeRole")
        assert assumed.arguments["RoleSessionName"] == "pilothouse"
        assert {call.account for call in world.calls if call.service == "ec2"} == {OTHER}


async def test_a_role_that_does_not_trust_us_says_what_to_change() -> None:
    async with cloud() as world:
        world.trust.allow(ROLE, "pilothouse:8")

        with pytest.raises(AwsDenied) as refused:
            await _account(world).call(MACHINES)

        assert "external id pilothouse:7" in refused.value.message
        assert json.loads(refused.value.statement) == {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": ROLE,
        }


async def test_own_credentials_read_no_other_account() -> None:
    """A repository that names an account without a role gets its own, or none."""
    async with cloud() as world:
        with pytest.raises(AwsRefused, match="only account 111111111111"):
            await _account(world, role=None).call(MACHINES)

        await _account(world, account=HOME, role=None).call(MACHINES)


async def test_a_role_in_another_account_than_is_named_is_refused() -> None:
    async with cloud() as world:
        world.trust.allow(ROLE, "pilothouse:7")

        with pytest.raises(AwsRefused, match="not in account 333333333333"):
            await _account(world, account="333333333333").call(MACHINES)


async def test_expired_credentials_are_fetched_anew() -> None:
    async with cloud() as world:
        world.trust.allow(ROLE, "pilothouse:7")
        account = _account(world)
        expired = AwsError("ExpiredToken", "The provided token has expired.", 400)
        fault = world.faults.add(Fault(action="ec2:*", way=Way.ERROR, error=expired, left=1))
        await account.call(MACHINES)
        fault.left = None

        with pytest.raises(AwsUnavailable, match="expired"):
            await account.call(MACHINES)

        assert world.count()["sts:AssumeRole"] == 3


async def test_what_is_sent_again_counts_again() -> None:
    async with cloud() as world:
        world.faults.add(Fault(action="ec2:*", way=Way.THROTTLE, left=1))
        account = _account(world, account=HOME, role=None)

        await account.call(MACHINES)

        assert account.counts["ec2:DescribeInstances"] == world.count()["ec2:DescribeInstances"] == 2


async def test_what_would_act_twice_is_sent_once() -> None:
    async with cloud() as world:
        world.faults.add(Fault(action="ssm:*", way=Way.BREAK))
        request = AwsRequest(
            service="ssm",
            operation="SendCommand",
            region="us-east-1",
            arguments={"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0123456789abcdef0"]},
            repeats=False,
        )

        with pytest.raises(AwsUnavailable):
            await _account(world, account=HOME, role=None).call(request)

        assert world.count("ssm:*")["ssm:SendCommand"] == 1


async def test_every_page_is_read() -> None:
    async with cloud() as world:
        world.make.machines("c7a.xlarge", 7)
        request = AwsRequest(
            service="ec2", operation="DescribeInstances", region="us-east-1", arguments={"MaxResults": 5}
        )
        account = _account(world, account=HOME, role=None)

        found = await account.pages(request, items="Reservations.Instances")

        assert len(found) == 7


async def test_only_listed_repositories_reach_aws() -> None:
    told = Aws(CostSettings()).accounts_of(ROCKET, config_of())

    assert told.accounts == ()
    assert told.gap is not None
    assert told.gap.kind is GapKind.NOT_ALLOWED
    assert "PILOTHOUSE_AWS_REPOSITORIES" in told.gap.text


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("UnauthorizedOperation", 403, GapKind.PERMISSION),
        ("AccessDeniedException", 400, GapKind.PERMISSION),
        ("RequestLimitExceeded", 503, GapKind.UNAVAILABLE),
        ("OptInRequired", 401, GapKind.UNAVAILABLE),
        ("ExpiredToken", 400, GapKind.UNAVAILABLE),
        ("InternalError", 500, GapKind.UNAVAILABLE),
        ("InvalidParameterValue", 400, GapKind.UNAVAILABLE),
    ],
)
def test_each_failure_leaves_its_gap(code: str, status: int, kind: GapKind) -> None:
    error = error_of("ec2:DescribeInstances", code, "<b>@everyone</b>", status=status)

    gap = gap_of(error, "ec2", account=HOME, region="us-east-1")

    assert gap.kind is kind
    assert "<b>" not in gap.text
    assert "@everyone" not in gap.text
    assert bool(gap.statement) is (kind is GapKind.PERMISSION)


def test_the_statement_names_what_aws_names() -> None:
    message = (
        "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: bedrock:GetInferenceProfile "
        "on resource: arn:aws:bedrock:us-east-1:1:inference-profile/a because no identity-based policy allows it"
    )
    error = error_of("bedrock:GetInferenceProfile", "AccessDeniedException", message, status=403)

    assert isinstance(error, AwsDenied)
    assert json.loads(error.statement)["Resource"] == "arn:aws:bedrock:us-east-1:1:inference-profile/a"


def test_an_explicit_denial_has_no_statement_that_helps() -> None:
    message = "… is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy"
    error = error_of("ec2:DescribeInstances", "UnauthorizedOperation", message, status=403)

    gap = gap_of(error, "ec2")

    assert gap.statement == ""
    assert "explicit deny" in gap.text


async def test_threads_serve_more_than_they_are_and_pass_errors_on() -> None:
    threads = Threads(2)

    def fail() -> int:
        raise ValueError("no")

    told = await asyncio.gather(*(threads.run(lambda: 1) for _ in range(9)))
    with pytest.raises(ValueError, match="no"):
        await threads.run(fail)

    assert told == [1] * 9


async def test_what_nobody_waits_for_is_not_begun() -> None:
    """A dead region that was given up must not hold up the requests that end machines."""
    threads, free, begun = Threads(1), threading.Event(), []
    first = asyncio.create_task(threads.run(free.wait))
    given_up = asyncio.create_task(threads.run(lambda: begun.append("late")))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    free.set()

    assert await first
    assert await threads.run(lambda: "next") == "next"
    assert begun == []


async def test_accounts_share_clients_and_not_credentials() -> None:
    """A client weighs a megabyte: fifty accounts have one, and each request is signed as its own account."""
    numbers = [f"{number:012}" for number in range(1, 9)]
    roles = {number: f"arn:aws:iam::{number}:role/costs" for number in numbers}
    async with cloud() as world:
        for role in roles.values():
            world.trust.allow(role, "pilothouse:7")
        config = config_of(accounts=tuple(AccountConfig(id=each, role=role) for each, role in roles.items()))
        accounts = look_into(world, Clock(), config).accounts.accounts

        await asyncio.gather(*(account.call(MACHINES) for account in accounts for _ in range(3)))

        asked = [call.account for call in world.calls if call.service == "ec2"]
        assert sorted(asked) == sorted(3 * numbers)
        assert world.count()["sts:AssumeRole"] == 8


async def test_without_credentials_it_is_said() -> None:
    """Nothing is sent, signed or not; the report says that the process has none."""
    async with cloud() as world:
        nobody = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "")
        with (
            patch.dict(os.environ, {**nobody, "AWS_EC2_METADATA_DISABLED": "true"}),
            pytest.raises(AwsUnavailable, match="credentials"),
        ):
            await _account(world, account=HOME, role=None).call(MACHINES)

        assert world.calls == []


async def test_an_answer_without_an_end_is_given_up() -> None:
    """A service that gives the same page for ever would hold the look for ever."""
    async with cloud() as world:

        async def same(_: Call) -> dict[str, object]:
            return {"Metrics": [], "NextToken": "again"}

        world.answers["cloudwatch:ListMetrics"] = same
        request = AwsRequest(service="cloudwatch", operation="ListMetrics", region="us-east-1")

        with pytest.raises(AwsUnavailable, match="same page"):
            await _account(world, account=HOME, role=None).pages(request, items="Metrics")


def test_the_right_to_end_machines_is_asked_for_ours_only() -> None:
    error = error_of("ec2:TerminateInstances", "UnauthorizedOperation", "no", status=403)

    assert isinstance(error, AwsDenied)
    tags = json.loads(error.statement)["Condition"]["StringEquals"]
    assert set(tags) == {"aws:ResourceTag/pilothouse:managed", "aws:ResourceTag/pilothouse:reap"}
