"""`pilothouse costs iam`: the policies for what a repository has configured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """
costs:
  accounts:
    - id: "123456789012"
      role: arn:aws:iam::123456789012:role/pilothouse
      regions: [us-east-1, eu-central-1]
    - id: "210987654321"
      role: arn:aws:iam::210987654321:role/pilothouse
  enforce:
    cluster: reef
    deny_role: agents
    protected: [i-0aaaaaaaaaaaaaaaa]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "pilothouse.yml"
    made.write_text(CONFIGURATION, "utf-8")
    return made


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["costs", "iam", *map(str, arguments)])


def test_the_policy_is_that_of_the_first_account(file: Path) -> None:
    said = call("policy", file)

    assert said.exit_code == 0, said.output
    document = json.loads(said.stdout)
    assert [one["Sid"] for one in document["Statement"]] == [
        "SeeMachinesAndSpotPrices",
        "SeeListPricesAndBills",
        "SeeModelCalls",
        "SeeWhatAnInferenceProfileCalls",
    ]
    assert document["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-central-1"]}
    }
    assert "arn:aws:bedrock:*:123456789012:inference-profile/*" in said.stdout
    assert said.stderr == ""


def test_more_is_asked_for_by_name_and_what_has_no_name_is_told(file: Path) -> None:
    said = call("policy", file, "--account", "210987654321", "--enforce", "--agents")

    assert "arn:aws:iam::210987654321:role/agents" in said.stdout
    assert "instance/i-0aaaaaaaaaaaaaaaa" in said.stdout
    assert '"aws:ResourceTag/pilothouse:cluster": "reef"' in said.stdout
    assert "CreateFleet" not in said.stdout
    assert said.stderr == ("Left out RunOneDocumentOnTheAgentsHosts: no host under hosts is an instance.\n")


def test_the_role_trusts_the_bot_for_one_repository() -> None:
    said = call("trust", "--principal", "arn:aws:iam::1:role/bot", "--repository-id", "42")

    (statement,) = json.loads(said.stdout)["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::1:role/bot"}
    assert statement["Condition"]["StringEquals"]["sts:ExternalId"] == "pilothouse:42"


def test_the_bot_itself_may_become_those_roles(file: Path) -> None:
    (statement,) = json.loads(call("process", file).stdout)["Statement"]

    assert statement["Resource"] == [
        "arn:aws:iam::123456789012:role/pilothouse",
        "arn:aws:iam::210987654321:role/pilothouse",
    ]


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        (None, ("policy",), "cannot be read"),
        ("costs: {limit: -1}", ("policy",), "pilothouse validate"),
        ("costs: {}", ("policy",), "names no AWS account under costs.accounts"),
        (CONFIGURATION, ("policy", "--account", "1"), "there are: 123456789012, 210987654321."),
        ('costs: {accounts: [{id: "123456789012"}]}', ("process",), "names no role to assume"),
    ],
)
def test_what_cannot_be_printed_says_why(
    tmp_path: Path, text: str | None, arguments: tuple[str, ...], says: str
) -> None:
    file = tmp_path / "pilothouse.yml"
    if text is not None:
        file.write_text(text, "utf-8")

    said = call(arguments[0], file, *arguments[1:])

    assert said.exit_code == 1
    assert says in said.stderr
