"""Decisions are made again from the facts of then under the present and the proposed policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bot.audit.canonical import canonical
from bot.config.repository import RepositoryConfig
from bot.decisions.model import Outcome, RecordedDecision
from bot.gates.model import Parameter
from bot.proposals.flips import Policies, Untold
from bot.proposals.rules import environment_in, flip_of, grouped
from tests.support import gate_facts
from tests.support.facts import asking, configured
from tests.support.records import AT

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.gates.fact_model import GateFacts
    from bot.proposals.model import Flip


def config(environment: str = "staging", **keys: Any) -> RepositoryConfig:
    """This function will make a policy with one environment."""
    return msgspec.convert({"environments": {environment: keys}}, RepositoryConfig)


def row(facts: object, kind: str = "deploy") -> RecordedDecision:
    """This function will make a recorded decision; how it came out then does not matter."""
    return RecordedDecision(
        id="0123456789ab",
        kind=kind,
        repository_id=22,
        repository="octo/harbour",
        number=5,
        environment="staging",
        decided_at=AT,
        facts=canonical((facts,)),
        decision="{}",
    )


def flipped(facts: DeployFacts, now: RepositoryConfig | None, proposed: RepositoryConfig) -> Flip | None:
    """This function will say how the deployment's decision would flip."""
    found = flip_of(row(facts), Policies(now=now, proposed=proposed))
    assert not isinstance(found, Untold), found.why
    return found


def test_the_same_policy_flips_nothing() -> None:
    facts = configured(branches=["release"])
    assert flipped(facts, config(branches=["release"]), config(branches=["release"])) is None
    assert flipped(facts, None, config(branches=["release"])) is None


def test_a_stricter_and_a_looser_policy_flip_it_to_each_side() -> None:
    facts = configured()
    stricter = flipped(facts, config(), config(branches=["release"]))
    assert stricter is not None
    assert (stricter.was, stricter.would_be, stricter.reason) == (
        Outcome.PROCEED,
        Outcome.REFUSE,
        "branch_refused",
    )
    looser = flipped(configured(branches=["release"]), None, config())
    assert looser is not None
    assert (looser.was, looser.would_be, looser.reason) == (
        Outcome.REFUSE,
        Outcome.PROCEED,
        "branch_refused",
    )
    assert "takes `release`" in looser.text


def test_an_environment_that_is_taken_away_is_refused_by_the_names_that_are_left() -> None:
    flip = flipped(configured(), config(), config("production"))
    assert flip is not None
    assert flip.reason == "unknown_environment"
    assert "There are: `production`." in flip.text


def test_without_environments_in_the_file_those_of_github_have_the_default_policy() -> None:
    assert flipped(configured(), config(), RepositoryConfig()) is None
    assert environment_in(RepositoryConfig(), "Staging", ("staging",)) is not None
    assert environment_in(RepositoryConfig(), "moon", ("staging",)) is None
    assert environment_in(config("Staging"), "staging") is not None


@pytest.mark.parametrize(
    ("keys", "condition"),
    [
        ({"workflow": "other.yml"}, "workflow"),
        ({"plan": {"workflow": "plan.yml"}}, "workflow"),
        ({"requires": ["canary"]}, "order"),
        ({"up_to_date": True}, "up_to_date"),
        ({"reviews": 2}, "reviews"),
        ({"plan": {}, "approvals": {}}, "protection_rule"),
        ({"freeze": {"allow": {"teams": ["octo/deployers"]}}}, "freeze"),
    ],
)
def test_what_nobody_read_then_is_not_guessed(keys: dict[str, Any], condition: str) -> None:
    """It is left out on both sides, and named where something else flips the decision."""
    assert flipped(configured(), config(), config(**keys)) is None
    both = flipped(configured(), config(), config(**keys, branches=["release"]))
    assert both is not None
    assert both.untold == (condition,)


def test_a_pattern_that_only_the_proposal_has_is_never_matched() -> None:
    """It may be one that never comes to an end."""
    facts = asking(
        configured(parameters={"region": {}}), parameters=(Parameter(name="region", value="a" * 40 + "!"),)
    )
    evil = {"region": {"pattern": "(a+)+$"}}
    assert flipped(facts, config(parameters={"region": {}}), config(parameters=evil)) is None
    known = asking(configured(parameters={"region": {"pattern": "eu"}}), parameters=facts.asked.parameters)
    same = config(parameters={"region": {"pattern": "eu"}})
    assert flipped(known, same, same) is None


def test_facts_that_end_before_the_policy_cannot_be_decided_again() -> None:
    facts = replace(configured(), policy=None, environment="")
    assert isinstance(flip_of(row(facts), Policies(now=None, proposed=config())), Untold)
    assert flip_of(row(facts), Policies(now=None, proposed=config("production"))) is None


def test_what_is_not_understood_is_untold() -> None:
    policies = Policies(now=None, proposed=config())
    assert isinstance(flip_of(row({"wind": 9}), policies), Untold)
    assert isinstance(flip_of(row(configured(), "swim"), policies), Untold)


def gate(facts: GateFacts, now: RepositoryConfig | None, proposed: RepositoryConfig) -> Flip | None:
    """This function will say how the gate would stand otherwise."""
    found = flip_of(row(facts, "gate"), Policies(now=now, proposed=proposed))
    assert not isinstance(found, Untold), found.why
    return found


def test_a_waiting_gate_opens_where_fewer_must_approve() -> None:
    facts = gate_facts.facts(gate_facts.spoken(), approvals=gate_facts.policy(2))
    two, one = (config("production", approvals={"count": count}) for count in (2, 1))
    for now in (two, None):
        flip = gate(facts, now, one)
        assert flip is not None
        assert (flip.was, flip.would_be) == (Outcome.WAIT, Outcome.PROCEED)
    assert gate(facts, two, two) is None


def test_members_of_a_team_that_is_new_are_not_known() -> None:
    facts = gate_facts.facts(gate_facts.spoken(), approvals=gate_facts.policy())
    teams = config("production", approvals={"from": {"teams": ["octo/owners"]}})
    flip = gate(facts, None, teams)
    assert flip is not None
    assert flip.untold == ("octo/owners",)


def test_a_gate_whose_environment_is_taken_away_would_not_open() -> None:
    facts = gate_facts.facts(gate_facts.spoken())
    flip = gate(facts, None, config("staging"))
    assert flip is not None
    assert flip.would_be is Outcome.REFUSE


def test_flips_that_say_the_same_are_told_once() -> None:
    first = flipped(configured(), config(), config(branches=["release"]))
    assert first is not None
    older = replace(first, decision_id="ba9876543210")
    other = replace(first, number=6)
    assert grouped([first, older, other]) == (replace(first, times=2), other)
