"""What the policies let the bot do to machines, roles and tags, as IAM would decide it."""

from __future__ import annotations

import json

import pytest

from bot.costs.aws.denials import statement_for
from bot.costs.iam import Names, Purpose, policy, trust_policy
from bot.supervision.hosts.document import DOCUMENT
from tests.support.iam_evaluation import Context, allows

ACCOUNT = "123456789012"
MINE = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"
NAMED = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0aaaaaaaaaaaaaaaa"
NAMES = Names(
    account=ACCOUNT,
    regions=("us-east-1",),
    cluster="reef",
    agent_role="agents",
    agent_instances=("i-0bbbbbbbbbbbbbbbb",),
    protected=("i-0aaaaaaaaaaaaaaaa",),
)
HOLD = policy([Purpose.READ, Purpose.ENFORCE], NAMES).document
ALL = policy(Purpose, NAMES).document
REAPABLE = {"managed": "true", "reap": "true", "cluster": "reef"}


def _tags(kind: str, tags: dict[str, str]) -> Context:
    return {f"aws:{kind}Tag/pilothouse:{name}": [value] for name, value in tags.items()}


def _spot(**tags: str) -> Context:
    return {"ec2:InstanceMarketType": ["spot"], **_tags("Resource", tags)}


@pytest.mark.parametrize(
    ("what", "resource", "context", "is_allowed"),
    [
        ("spot of the cluster", MINE, _spot(**REAPABLE), True),
        ("a region that does not tell the market", MINE, _tags("Resource", REAPABLE), True),
        ("said not to be protected", MINE, _spot(**REAPABLE, protected="False"), True),
        ("on demand", MINE, {**_spot(**REAPABLE), "ec2:InstanceMarketType": ["on-demand"]}, False),
        ("a stranger's", MINE, _spot(), False),
        ("not reapable", MINE, _spot(managed="true", cluster="reef"), False),
        ("not managed", MINE, _spot(reap="true", cluster="reef"), False),
        ("of another cluster", MINE, _spot(**REAPABLE | {"cluster": "test"}), False),
        ("protected by its tag", MINE, _spot(**REAPABLE, protected="true"), False),
        ("protected in other letters", MINE, _spot(**REAPABLE, protected="Yes"), False),
        ("protected by its id", NAMED, _spot(**REAPABLE), False),
        ("of another account", MINE.replace(ACCOUNT, "210987654321"), _spot(**REAPABLE), False),
    ],
)
def test_only_reapable_spot_of_the_cluster_may_be_ended(
    what: str, resource: str, context: Context, *, is_allowed: bool
) -> None:
    assert (what, allows(HOLD, "ec2:TerminateInstances", resource, context)) == (what, is_allowed)


def test_the_cluster_may_end_its_machines_on_demand_too() -> None:
    context = {**_spot(**REAPABLE), "ec2:InstanceMarketType": ["on-demand"]}

    assert allows(ALL, "ec2:TerminateInstances", MINE, context)
    assert not allows(ALL, "ec2:TerminateInstances", NAMED, context)


@pytest.mark.parametrize("name", ["managed", "reap", "cluster", "protected"])
def test_nothing_that_is_there_can_be_tagged_as_reapable(name: str) -> None:
    """Who could set the tags could have any machine ended."""
    context = {"aws:TagKeys": [f"pilothouse:{name}"], **_tags("Request", {name: "true"})}

    assert not allows(ALL, "ec2:CreateTags", MINE, context)
    assert not allows(ALL, "ec2:DeleteTags", MINE, context)
    assert not allows(ALL, "ec2:DeleteTags", MINE, {})
    assert allows(ALL, "ec2:CreateTags", MINE, {**context, "ec2:CreateAction": ["RunInstances"]})


def test_a_machine_is_made_only_with_the_tags_by_which_it_can_be_ended() -> None:
    tags = _tags("Request", REAPABLE)

    assert allows(ALL, "ec2:RunInstances", MINE, tags)
    assert not allows(ALL, "ec2:RunInstances", MINE, {})
    assert not allows(ALL, "ec2:RunInstances", MINE, _tags("Request", {"managed": "true"}))
    assert not allows(HOLD, "ec2:RunInstances", MINE, tags)


def test_a_fleet_can_use_what_its_launch_template_names_in_these_regions() -> None:
    """What is checked of an instant fleet, as those grant it who make such fleets all day.

    https://github.com/aws/karpenter-provider-aws/blob/v0.32.10/website/content/en/preview/upgrading/v1beta1-controller-policy.json
    """
    here, elsewhere = ({"aws:RequestedRegion": [name]} for name in ("us-east-1", "eu-west-1"))
    kinds = ("launch-template/lt-1", "network-interface/*", "spot-instances-request/*", "subnet/subnet-1")
    used = [f"arn:aws:ec2:us-east-1:{ACCOUNT}:{kind}" for kind in kinds]

    for resource in (*used, "arn:aws:ec2:us-east-1::image/ami-1"):
        assert allows(ALL, "ec2:RunInstances", resource, here)
        assert not allows(ALL, "ec2:RunInstances", resource, elsewhere)
        assert not allows(HOLD, "ec2:RunInstances", resource, here)
    assert allows(ALL, "ec2:CreateFleet", f"arn:aws:ec2:us-east-1:{ACCOUNT}:fleet/*", here)


def test_only_the_agents_role_can_be_denied_model_calls() -> None:
    for action in ("iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"):
        assert allows(HOLD, action, f"arn:aws:iam::{ACCOUNT}:role/agents", {})
        assert not allows(HOLD, action, f"arn:aws:iam::{ACCOUNT}:role/pilothouse", {})


def test_what_a_denial_says_to_add_lets_nothing_end_a_strangers_machine() -> None:
    """AWS often does not say on which machine it refused, so that the statement can only name all."""
    added = {"Statement": [json.loads(statement_for("ec2:TerminateInstances"))]}

    assert allows(added, "ec2:TerminateInstances", MINE, _spot(**REAPABLE))
    assert not allows(added, "ec2:TerminateInstances", MINE, _spot())
    assert not allows(added, "ec2:TerminateInstances", MINE, _spot(managed="true"))


def test_commands_run_on_the_agents_hosts_alone() -> None:
    host = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0bbbbbbbbbbbbbbbb"

    document = f"arn:aws:ssm:us-east-1:{ACCOUNT}:document/{{}}"
    assert allows(ALL, "ssm:SendCommand", host, {})
    assert allows(ALL, "ssm:SendCommand", document.format(DOCUMENT), {})
    assert not allows(ALL, "ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript", {})
    assert not allows(ALL, "ssm:SendCommand", document.format("another"), {})
    assert not allows(ALL, "ssm:SendCommand", MINE, {})
    assert not allows(HOLD, "ssm:SendCommand", host, {})


def test_other_regions_are_not_looked_at() -> None:
    assert allows(HOLD, "ec2:DescribeInstances", "*", {"aws:RequestedRegion": ["us-east-1"]})
    assert not allows(HOLD, "ec2:DescribeInstances", "*", {"aws:RequestedRegion": ["eu-west-1"]})


@pytest.mark.parametrize(
    ("external_id", "session", "is_allowed"),
    [
        (["pilothouse:42"], ["pilothouse"], True),
        (["pilothouse:43"], ["pilothouse"], False),
        (["pilothouse:42"], ["other"], False),
        (None, ["pilothouse"], False),
    ],
)
def test_the_role_is_assumed_for_its_repository_alone(
    external_id: list[str] | None, session: list[str], *, is_allowed: bool
) -> None:
    """Another repository of the same bot cannot reach the account by naming its role."""
    document = trust_policy("arn:aws:iam::210987654321:role/bot", "pilothouse:42").document
    context = {"sts:RoleSessionName": session} | ({"sts:ExternalId": external_id} if external_id else {})

    assert allows(document, "sts:AssumeRole", "*", context) is is_allowed
