"""What a policy about costs cannot mean, each time with its place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.config.costing import CostConfig
from bot.config.repository import ConfigurationErrors, RepositoryConfig, configuration_from_yaml

WHOLE = """\
costs:
  limit: 100
  ceiling: 150
  accounts:
    - {id: "111122223333", role: "arn:aws:iam::111122223333:role/pilothouse", regions: [us-west-2, eu-central-1]}
    - {id: "444455556666"}
  tags: {project: claudefs}
  fixed:
    orchestrator-disk: {per_day: 0.27, service: EBS}
    licence: {per_day: 2, at_once: true}
  ladder: {notify: [50, 80], freeze: 95, hold: 100, deny: 110}
  enforce: {cluster: test, protected: [i-0123456789abcdef0], deny_role: agents}
  notices: {chat: ops, email: [ops@example.org]}
  permission: maintain
  cluster:
    groups: {storage: {type: i4i.2xlarge, count: 5, scales: true}, conduit: {type: t3.medium}}
    account: "111122223333"
    region: us-west-2
    fleet: {launch_template: node, subnets: [subnet-0123abcd]}
"""


def told(text: str) -> list[str]:
    """This function will list what is wrong with a file that says so: key and message."""
    found = configuration_from_yaml(text.encode())
    assert isinstance(found, ConfigurationErrors), found
    return [mistake.message for mistake in found.mistakes]


def test_what_can_be_meant_is_taken() -> None:
    found = configuration_from_yaml(WHOLE.encode())
    assert isinstance(found, RepositoryConfig)
    assert found.costs is not None
    assert found.costs.highest == Decimal(150)
    assert found.costs.cluster is not None


def test_a_file_that_says_nothing_of_costs_has_no_budget() -> None:
    found = configuration_from_yaml(b"version: 1")
    assert isinstance(found, RepositoryConfig)
    assert found.costs is None


def test_half_over_the_limit_is_the_ceiling_where_none_is_named() -> None:
    assert CostConfig(limit=80.5).highest == Decimal("120.75")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("ceiling: 150", "ceiling: 99", "costs.ceiling: it is below the limit, which is 100"),
        ("permission: maintain", "permission: triage", "costs.permission: people who may not change"),
        ("freeze: 95", "freeze: 101", "costs.ladder: freeze (101), hold (100) and deny (110) must follow"),
        ("deny: 110", "deny: 99", "costs.ladder: freeze (95), hold (100) and deny (99) must follow"),
        ("[50, 80]", "[50, 96]", "costs.ladder.notify[1]: nothing is only told above freeze, which is 95"),
        ("hold: 100,", "hold: 100, apart: 30s,", "costs.ladder.apart: two readings must be 4m apart"),
        ('"444455556666"', '"111122223333"', "costs.accounts[1].id: the account 111122223333 is there twice"),
        (
            "iam::111122223333",
            "iam::444455556666",
            "costs.accounts[0].role: the role is not one of the account",
        ),
        (
            "[us-west-2, eu-central-1]",
            "[us-west-2, us-west-2]",
            "costs.accounts[0].regions: a region is there",
        ),
        ("{project: claudefs}", "{'aws:name': x}", "costs.tags.aws:name: nobody can set a tag"),
        ('account: "111122223333"', 'account: "777788889999"', "costs.cluster.account: 777788889999 is none"),
        (
            "    region: us-west-2",
            "    region: sa-east-1",
            "costs.cluster.region: sa-east-1 is none of the regions",
        ),
        (
            "    region: us",
            "    longest: 1h\n    region: us",
            "costs.cluster.longest: it is shorter than keep",
        ),
        (
            "{storage: {type: i4i.2xlarge, count: 5, scales: true}, conduit: {type: t3.medium}}",
            "{storage: {type: i4i.2xlarge, count: 0}}",
            "costs.cluster.groups: there is no machine in any of them",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(before: str, after: str, message: str) -> None:
    assert before in WHOLE
    (found,) = told(WHOLE.replace(before, after))
    assert message in found


def test_what_needs_an_account_says_so_where_there_is_none() -> None:
    found = told(
        "costs: {enforce: {deny_role: agents}, cluster: {groups: {a: {type: t3.medium}}, region: us-east-1, "
        "fleet: {launch_template: node, subnets: [subnet-0123abcd]}}}"
    )
    assert [message.split(":")[0] for message in found] == ["costs.enforce.deny_role", "costs.cluster.fleet"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("costs: {limit: 0}", "costs.limit: "),
        ("costs: {accounts: [{id: '12'}]}", "costs.accounts[0].id: "),
        ("costs: {limt: 3}", "costs.limt: "),
        ("costs: {agents: {A1: {}}}", "costs.agents: "),
        ("costs: 100", "costs: "),
        ("costs: {ladder: {notify: [0]}}", "costs.ladder.notify[0]: "),
        ("costs: {cluster: {}}", "costs.cluster: it needs the key groups"),
    ],
)
def test_the_wrong_form_is_told_with_its_place(text: str, message: str) -> None:
    (found,) = told(text)
    assert found.startswith(message)
