"""Denying a role all model calls, in a real IAM API."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Account, Aws
from bot.costs.enforcers.models import POLICY, allow_models, deny_models, policy_of
from bot.costs.model import ActionState
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.looking import ROCKET, config_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DAY = date(2026, 11, 23)
ROLE = "agents"


@asynccontextmanager
async def iam() -> AsyncIterator[tuple[Cloud, tuple[Account, ...]]]:
    """This function will open an AWS with the agents' role, and the bot's own account there."""
    async with cloud() as world:
        world.make.role(ROLE)
        aws = Aws(CostSettings(aws_repositories=frozenset({ROCKET.full_name}), aws_endpoint_url=world.url))
        accounts = aws.accounts_of(ROCKET, config_of(accounts=(AccountConfig(id=HOME),)))
        yield world, accounts.accounts


async def test_denied_and_allowed_again() -> None:
    """The denial is one inline policy of our own name; taking it back twice is no mistake."""
    async with iam() as (world, accounts):
        denied = await deny_models(accounts, ROLE, DAY)
        assert denied.state is ActionState.DONE
        assert "until 2026-11-24 00:00 UTC" in denied.text
        found = world.make.iam().get_role_policy(RoleName=ROLE, PolicyName=POLICY)
        assert found["PolicyDocument"] == policy_of(DAY)
        assert (await deny_models(accounts, ROLE, DAY)).state is ActionState.DONE
        for _ in range(2):
            assert (await allow_models(accounts, ROLE)).state is ActionState.DONE
        assert world.make.role_policies(ROLE) == []


def test_the_denial_ends_by_itself() -> None:
    """With the day the policy has no effect any more, even where nobody is there to delete it."""
    (statement,) = policy_of(DAY)["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"DateLessThan": {"aws:CurrentTime": "2026-11-24T00:00:00Z"}}


async def test_other_policies_of_the_role_stay() -> None:
    """Whatever else the role has is neither read nor changed."""
    async with iam() as (world, accounts):
        world.make.iam().put_role_policy(
            RoleName=ROLE, PolicyName="work", PolicyDocument=json.dumps(policy_of(DAY))
        )
        await deny_models(accounts, ROLE, DAY)
        await allow_models(accounts, ROLE)
        assert world.make.role_policies(ROLE) == ["work"]


async def test_there_is_no_such_role() -> None:
    """A role that no account has is a failure to deny, and nothing to give back."""
    async with iam() as (_, accounts):
        assert (await deny_models(accounts, "nobody", DAY)).state is ActionState.FAILED
        assert (await allow_models(accounts, "nobody")).state is ActionState.DONE


async def test_a_lost_answer_is_read_back() -> None:
    """Where the answer is lost, what IAM shows says whether the role is denied."""
    async with iam() as (world, accounts):
        world.faults.add(Fault(action="iam:PutRolePolicy", way=Way.LOSE))
        assert (await deny_models(accounts, ROLE, DAY)).state is ActionState.DONE


async def test_iam_is_down() -> None:
    """Where IAM does not answer, nobody may believe that the role is denied."""
    async with iam() as (world, accounts):
        down = world.faults.add(Fault(action="iam:PutRolePolicy", way=Way.BREAK))
        denied = await deny_models(accounts, ROLE, DAY)
        assert denied.state is ActionState.FAILED
        down.left = 0
        world.faults.add(Fault(action="iam:DeleteRolePolicy", way=Way.BREAK))
        assert (await allow_models(accounts, ROLE)).state is ActionState.FAILED


async def test_a_missing_permission_is_named() -> None:
    """A denial says which statement to add."""
    async with iam() as (world, accounts):
        world.faults.deny("iam:PutRolePolicy")
        denied = await deny_models(accounts, ROLE, DAY)
        assert denied.state is ActionState.FAILED
        assert '"Action": "iam:PutRolePolicy"' in denied.text
