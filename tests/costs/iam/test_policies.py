"""The IAM policies: whole, and no wider than what the code asks of AWS."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

from bot.costs.enforcers.models import DENIED
from bot.costs.iam import Names, Purpose, policy, process_policy, trust_policy
from tests.support.iam_evaluation import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
KNOWN = json.loads((ROOT / "tests/data/iam/actions.json").read_text("utf-8"))
NAMES = Names(
    account="123456789012",
    regions=("us-east-1", "eu-central-1"),
    cluster="reef",
    agent_role="agents",
    agent_instances=("i-0123456789abcdef0", "i-0123456789abcdef1"),
    machine_role="machines",
    protected=("i-0aaaaaaaaaaaaaaaa",),
)
SERVICES = ("bedrock", "ce", "cloudwatch", "ec2", "iam", "pricing", "ssm")
# What AWS checks beside the operation that is called: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-prerequisites.html
CHECKED_WITH_CREATE_FLEET = {"ec2:RunInstances", "ec2:CreateTags", "iam:PassRole"}
MOST_CHARACTERS = 6144  # of a managed policy, without white space


def _statements() -> Iterator[dict[str, Any]]:
    yield from policy(Purpose, NAMES).document["Statement"]
    yield from process_policy(("arn:aws:iam::123456789012:role/pilothouse",)).document["Statement"]


def _named() -> list[Any]:
    return [pytest.param(statement, id=statement["Sid"]) for statement in _statements()]


@cache
def _called() -> set[str]:
    """Every operation of AWS that the code names, whichever way it builds its requests."""
    session = botocore.session.get_session()
    operations = {
        operation: f"{service}:{operation}"
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
    }
    folders = (ROOT / "bot/costs", ROOT / "bot/supervision")
    trees = (ast.parse(file.read_text("utf-8")) for folder in folders for file in folder.rglob("*.py"))
    texts = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {operations[text] for text in texts & operations.keys()}


def test_every_operation_that_is_called_is_allowed_and_nothing_more() -> None:
    """A new request to AWS needs its permission in `bot/templates/iam`; one that is gone takes it along."""
    allowed = {
        action
        for statement in policy(Purpose, NAMES).document["Statement"]
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
    }

    assert allowed - CHECKED_WITH_CREATE_FLEET == _called() - CHECKED_WITH_CREATE_FLEET


def test_their_grammar_is_that_of_iam() -> None:
    """As moto checks it: the documents can be taken as they are printed."""
    for made in (policy(Purpose, NAMES), process_policy(("arn:aws:iam::123456789012:role/pilothouse",))):
        IAMPolicyDocumentValidator(json.dumps(made.document)).validate()
    trust = trust_policy("arn:aws:iam::210987654321:role/bot", "pilothouse:42").document
    IAMTrustPolicyDocumentValidator(json.dumps(trust)).validate()


@pytest.mark.parametrize("statement", _named())
def test_every_action_exists(statement: dict[str, Any]) -> None:
    assert [one for one in listed(statement["Action"]) if one not in KNOWN["actions"]] == []


def test_what_is_denied_to_agents_exists() -> None:
    assert [one for one in DENIED if one not in KNOWN["actions"]] == []


@pytest.mark.parametrize("statement", _named())
def test_every_resource_is_one_that_its_actions_take(statement: dict[str, Any]) -> None:
    """Everything (`*`) stands only where the action requires no resource."""
    kinds = {
        name: one
        for action in listed(statement["Action"])
        for name, one in KNOWN["actions"][action]["resources"].items()
    }
    for resource in listed(statement["Resource"]):
        if resource == "*":
            assert [name for name, one in kinds.items() if one["is_required"]] == []
        else:
            assert any(_is_of(resource, one["arn"]) for one in kinds.values()), resource


def _is_of(resource: str, form: str) -> bool:
    """Whether an ARN is of the form: the same service and kind, in one account where the form has one."""
    mine, its = resource.split(":", 5), form.split(":", 5)
    kind, known = mine[5].partition("/")[0], its[5].partition("/")[0]
    is_account = mine[4] == "123456789012" if its[4] else mine[4] == ""
    return mine[2] == its[2] and kind in {known, "*"} and (is_account or mine[2] == "ssm")


@pytest.mark.parametrize("statement", _named())
def test_every_condition_is_one_that_its_actions_know(statement: dict[str, Any]) -> None:
    for action in listed(statement["Action"]):
        known = KNOWN["actions"][action]
        forms = {
            *known["conditions"],
            *(key for one in known["resources"].values() for key in one["conditions"]),
        }
        for keys in statement.get("Condition", {}).values():
            for key in keys:
                form = f"{key.partition('/')[0]}/${{TagKey}}" if "/" in key else key
                assert form in forms or key in KNOWN["global"], (action, key)


@pytest.mark.parametrize("statement", _named())
def test_where_a_tag_can_be_asked_for_it_is(statement: dict[str, Any]) -> None:
    """A statement that covers many things of a kind asks for their tag, unless their kind bears none of ours."""
    bare = {
        "SeeWhatAnInferenceProfileCalls": "an action that does not ask for tags",
        "AskForAFleet": "it is but a request; what it makes must bear the tags",
        "UseWhatTheLaunchTemplateNames": "the machine that is made of them must bear the tags",
        "TagWhatIsBeingMade": "only while it is being made",
        "NeverTakeTagsAway": "a denial",
    }
    many = any(one.endswith("/*") for one in listed(statement["Resource"]))
    keys = {key for keys in statement.get("Condition", {}).values() for key in keys}

    is_tagged = any(key.startswith(("aws:ResourceTag/", "aws:RequestTag/", "aws:TagKeys")) for key in keys)
    assert not many or is_tagged or statement["Sid"] in bare


def test_all_of_it_fits_into_one_managed_policy() -> None:
    text = json.dumps(policy(Purpose, NAMES).document)

    assert len("".join(text.split())) < MOST_CHARACTERS


def test_no_name_is_left_to_fill_in() -> None:
    texts = [json.dumps(statement) for statement in _statements()]
    texts.append(json.dumps(trust_policy("arn:aws:iam::1:role/bot", "pilothouse:42").document))

    names = ("ACCOUNT_ID", "REGIONS", "CLUSTER", "_ROLE", "INSTANCES", "PRINCIPAL", "EXTERNAL_ID", "ROLES")
    assert [name for name in names for text in texts if name in text] == []


def test_a_statement_without_its_name_is_left_out_and_told() -> None:
    made = policy([Purpose.ENFORCE, Purpose.CLUSTER, Purpose.AGENTS], Names(account="123456789012"))

    assert made.left_out == {
        "DenyTheAgentsModelCalls": "AGENT_ROLE",
        "HandTheMachinesTheirRole": "MACHINE_ROLE",
        "RunOneDocumentOnTheAgentsHosts": "AGENT_INSTANCES",
        "NeverTouchTheseMachines": "PROTECTED_INSTANCES",
    }
    assert not made.left_out.keys() & {one["Sid"] for one in made.document["Statement"]}


def test_reading_alone_may_change_nothing() -> None:
    verbs = {
        action.partition(":")[2][:3]
        for statement in policy([Purpose.READ], NAMES).document["Statement"]
        for action in listed(statement["Action"])
    }

    assert verbs == {"Des", "Get", "Lis"}
