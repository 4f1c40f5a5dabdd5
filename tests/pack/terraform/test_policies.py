"""Who may do what in the account: the roles of workflows, of machines and of the bot."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.costs.aws.accounts import external_id
from bot.costs.iam import Names, Purpose, policy, trust_policy
from bot.supervision.hosts.document import DOCUMENT, document_text
from tests.support.iam_evaluation import allows, listed

Changes = list[dict[str, Any]]
MACHINE = "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"


def _after(changes: Changes, address: str) -> dict[str, Any]:
    (found,) = [one["change"]["after"] for one in changes if one["address"] == address]
    after: dict[str, Any] = found
    return after


def _document(changes: Changes, address: str) -> dict[str, Any]:
    text = _after(changes, address)
    document: dict[str, Any] = json.loads(text.get("policy") or text["assume_role_policy"])
    return document


def _normal(statement: dict[str, Any]) -> dict[str, Any]:
    """Whether something stands alone or in a list makes no difference to IAM."""
    made = {
        key: sorted(listed(value)) if key in {"Action", "Resource"} else value
        for key, value in statement.items()
    }
    conditions = statement.get("Condition", {})
    made["Condition"] = {
        operator: {key: sorted(listed(value)) for key, value in keys.items()}
        for operator, keys in conditions.items()
    }
    return made


def test_the_bot_may_do_what_its_own_command_prints(account: Changes) -> None:
    """`pilothouse costs iam policy` and Terraform fill the same statements."""
    names = Names(
        account="123456789012",
        regions=("us-east-1", "eu-central-1"),
        cluster="test",
        agent_role="pilothouse-agents",
        agent_instances=("i-0123456789abcdef0", "i-0123456789abcdef1"),
        protected=("i-0aaaaaaaaaaaaaaaa",),
    )
    expected = policy((Purpose.READ, Purpose.ENFORCE, Purpose.AGENTS), names).document["Statement"]

    made = _document(account, "aws_iam_role_policy.bot[0]")["Statement"]

    by_name = lambda one: str(one["Sid"])  # noqa: E731 - said once
    assert sorted(map(_normal, made), key=by_name) == sorted(map(_normal, expected), key=by_name)


def test_only_the_bot_becomes_its_role_and_for_this_repository_alone(account: Changes) -> None:
    made = _document(account, "aws_iam_role.bot[0]")

    assert made == trust_policy("arn:aws:iam::123456789012:role/process", external_id(456789)).document


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_agents_are_reached_by_the_very_document_that_the_bot_knows(account: Changes, region: str) -> None:
    made = _after(account, f'aws_ssm_document.run["{region}"]')

    assert made["name"] == DOCUMENT
    assert json.loads(made["content"]) == json.loads(document_text())
    assert made["region"] == region


def _ended(environment: str, **more: list[str]) -> dict[str, list[str]]:
    tags = {"aws:ResourceTag/pilothouse:environment": [environment], "aws:RequestedRegion": ["us-east-1"]}
    return tags | {f"aws:ResourceTag/pilothouse:{key}": value for key, value in more.items()}


ENDING = {
    "its own machine": (_ended("staging"), True),
    "another environment's": (_ended("production"), False),
    "one without tags": ({"aws:RequestedRegion": ["us-east-1"]}, False),
    "in another region": (_ended("staging") | {"aws:RequestedRegion": ["sa-east-1"]}, False),
    "what is protected": (_ended("staging", protected=["true"]), False),
}


@pytest.mark.parametrize(("context", "is_allowed"), ENDING.values(), ids=ENDING)
def test_an_environment_ends_its_own_machines_and_no_others(
    account: Changes, *, context: dict[str, list[str]], is_allowed: bool
) -> None:
    document = _document(account, 'aws_iam_role_policy.machines["staging"]')

    assert allows(document, "ec2:TerminateInstances", MACHINE, context) is is_allowed


MAKING = {
    "with its tags": ({"managed": "true", "environment": "staging"}, True),
    "with another environment's": ({"managed": "true", "environment": "production"}, False),
    "without tags": ({}, False),
}


# What makes what, of all that the files make in EC2.
MADE = [
    ("AllocateAddress", "elastic-ip"),
    ("CreateInternetGateway", "internet-gateway"),
    ("CreateLaunchTemplate", "launch-template"),
    ("CreateNatGateway", "natgateway"),
    ("CreateRouteTable", "route-table"),
    ("CreateSecurityGroup", "security-group"),
    ("CreateSubnet", "subnet"),
    ("CreateVpc", "vpc"),
    ("CreateVpcEndpoint", "vpc-endpoint"),
    ("RunInstances", "instance"),
    ("RunInstances", "volume"),
]


@pytest.mark.parametrize(("tags", "is_allowed"), MAKING.values(), ids=MAKING)
@pytest.mark.parametrize(("action", "kind"), MADE)
def test_whatever_bears_tags_is_made_with_them_only(
    account: Changes, *, action: str, kind: str, tags: dict[str, str], is_allowed: bool
) -> None:
    document = _document(account, 'aws_iam_role_policy.machines["staging"]')
    context = {f"aws:RequestTag/pilothouse:{key}": [value] for key, value in tags.items()}

    made = allows(
        document,
        f"ec2:{action}",
        f"arn:aws:ec2:us-east-1:123456789012:{kind}/new",
        context | {"aws:RequestedRegion": ["us-east-1"]},
    )

    assert made is is_allowed


def test_nobody_takes_a_machine_over_by_tagging_it(account: Changes) -> None:
    """Whoever could write the environment's tag on a stranger's machine could end it then."""
    document = _document(account, 'aws_iam_role_policy.machines["staging"]')
    mine = {"aws:RequestTag/pilothouse:environment": ["staging"]}

    assert not allows(document, "ec2:CreateTags", MACHINE, mine)
    assert not allows(document, "ec2:CreateTags", MACHINE, mine | _ended("production"))
    assert allows(document, "ec2:CreateTags", MACHINE, mine | _ended("staging"))
    assert allows(document, "ec2:CreateTags", MACHINE, mine | {"ec2:CreateAction": ["RunInstances"]})


OBJECTS = {
    "push a build": ("push", "s3:PutObject", "acme-artifacts/builds/1/program", True),
    "release to itself": ("push", "s3:PutObject", "acme-artifacts/environments/staging/release.json", True),
    "release elsewhere": (
        "push",
        "s3:PutObject",
        "acme-artifacts/environments/production/release.json",
        False,
    ),
    "read reports": ("push", "s3:GetObject", "acme-artifacts/environments/staging/nodes/i-1.json", True),
    "forge reports": ("push", "s3:PutObject", "acme-artifacts/environments/staging/nodes/i-1.json", False),
    "read its plans": ("apply", "s3:GetObject", "acme-state/plans/staging/1/2.tfplan", True),
    "leave a plan of its teardown": ("apply", "s3:PutObject", "acme-state/plans/staging/1/2.tfplan", True),
    "leave others' plans": ("apply", "s3:PutObject", "acme-state/plans/production/1/2.tfplan", False),
    "hold itself": ("apply", "s3:PutObject", "acme-state/leases/staging.json", True),
    "hold another": ("apply", "s3:PutObject", "acme-state/leases/production.json", False),
    "read others' plans": ("apply", "s3:GetObject", "acme-state/plans/production/1/2.tfplan", False),
    "keep its state": ("apply", "s3:PutObject", "acme-state/environments/staging/terraform.tfstate", True),
    "keep others' state": (
        "apply",
        "s3:PutObject",
        "acme-state/environments/production/terraform.tfstate",
        False,
    ),
    "delete its state": (
        "apply",
        "s3:DeleteObject",
        "acme-state/environments/staging/terraform.tfstate",
        False,
    ),
    "give back its lock": (
        "apply",
        "s3:DeleteObject",
        "acme-state/environments/staging/terraform.tfstate.tflock",
        True,
    ),
    "keep the account's state": ("apply", "s3:PutObject", "acme-state/bootstrap/terraform.tfstate", False),
}


@pytest.mark.parametrize(("role", "action", "thing", "is_allowed"), OBJECTS.values(), ids=OBJECTS)
def test_an_environment_reaches_its_own_objects(
    account: Changes, *, role: str, action: str, thing: str, is_allowed: bool
) -> None:
    document = _document(account, f'aws_iam_role_policy.{role}["staging"]')

    assert allows(document, action, f"arn:aws:s3:::{thing}", {}) is is_allowed


def test_a_machine_never_releases_anything(account: Changes, cluster: Changes) -> None:
    """Whoever takes a machine over must not be able to give the others a program."""
    machine = _document(cluster, "aws_iam_role_policy.programs")
    bound = _document(account, "aws_iam_policy.boundary")

    for thing in ("builds/1/program", "environments/test/release.json"):
        assert not allows(machine, "s3:PutObject", f"arn:aws:s3:::acme-artifacts/{thing}", {})
        assert not allows(bound, "s3:PutObject", f"arn:aws:s3:::acme-artifacts/{thing}", {})
    for document in (machine, bound):
        assert allows(
            document, "s3:PutObject", "arn:aws:s3:::acme-artifacts/environments/test/nodes/i-1.json", {}
        )
