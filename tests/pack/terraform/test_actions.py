"""Every statement that the files write is one that IAM understands, and that does something."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from moto.iam.policy_validation import IAMPolicyDocumentValidator

from tests.support.iam_evaluation import listed
from tests.support.offline_terraform import ROOT, planned, ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KNOWN = json.loads((ROOT / "tests/data/iam/terraform.json").read_text("utf-8"))["actions"]
LOOKING = {"ec2:Describe*", "route53:Get*", "route53:List*"}  # what changes nothing
GLOBAL = {"aws:RequestedRegion"}  # of every action
MOST_CHARACTERS = 10240  # of a role's own policies together, without white space
INVENTED = ":stub:"  # in ARNs of what AWS would name
_PART = re.compile(r"\$\{\w+\}")

Policies = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def policies(account: list[dict[str, Any]], cluster: list[dict[str, Any]], files: Path) -> Policies:
    """Every policy of the pack, by its address."""
    orchestrator = planned(ready(files / "orchestrator"))
    made = list(_policies([*account, *cluster, *orchestrator]))
    assert len(made) > 12
    return made


def _policies(changes: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in changes:
        text = (one["change"]["after"] or {}).get("policy")
        if one["type"].startswith("aws_iam_") and isinstance(text, str):
            yield one["address"], json.loads(text)


def _statements(policies: Policies) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Each action, with the statement and the name by which a failure is found."""
    for address, document in policies:
        for statement in document["Statement"]:
            for action in listed(statement["Action"]):
                if not action.endswith("*") and action in KNOWN:
                    yield f"{address} {statement['Sid']} {action}", statement, action


def _fits(pattern: str, arn: str) -> bool:
    """Whether something of the kind that an ARN describes can be meant by a resource of a statement."""
    kind = _PART.sub("x", arn.split(":", 5)[5])
    service, place = pattern.split(":", 5)[2], pattern.split(":", 5)[5]
    wanted = re.escape(place).replace(r"\*", ".*")
    begins = place.split("*")[0].startswith(_PART.split(arn.split(":", 5)[5])[0])
    return service == arn.split(":", 5)[2] and (begins or re.fullmatch(wanted, kind) is not None)


def test_every_action_exists(policies: Policies) -> None:
    """A misspelt action is no error to AWS: it is a permission that is missing. The bot's own are tested with it."""
    for address, document in policies:
        if address.startswith("aws_iam_role_policy.bot"):
            continue
        for statement in document["Statement"]:
            wrong = set(listed(statement["Action"])) - KNOWN.keys() - LOOKING
            assert not wrong, f"{address} {statement['Sid']}: scripts/terraform_actions.py knows {wrong}?"


def test_every_action_takes_what_it_is_allowed_on(policies: Policies) -> None:
    """CreateHostedZone takes no resource: allowed on hosted zones, it would be allowed on nothing."""
    for name, statement, action in _statements(policies):
        resources = [one for one in listed(statement["Resource"]) if INVENTED not in one]
        taken = KNOWN[action]["resources"]
        if resources and "*" not in resources:
            assert any(_fits(one, arn) for one in resources for arn in taken), name


def test_every_condition_is_told_with_the_action(policies: Policies) -> None:
    """A condition on what AWS never tells never holds."""
    for name, statement, action in _statements(policies):
        if statement["Effect"] == "Allow":
            for key in {key for keys in statement.get("Condition", {}).values() for key in keys} - GLOBAL:
                general = re.sub(r"(Request|Resource)Tag/.*", r"\1Tag/${TagKey}", key)
                general = re.sub(r"(kms:EncryptionContext:).*", r"\1${EncryptionContextKey}", general)
                assert general in KNOWN[action]["conditions"], f"{name} {key}"


def test_their_grammar_is_that_of_iam(policies: Policies) -> None:
    for address, document in policies:
        IAMPolicyDocumentValidator(json.dumps(document)).validate()
        assert len(json.dumps(document, separators=(",", ":"))) < MOST_CHARACTERS, address
