"""Whether the environments that come before have had the same files for long enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason
from bot.decisions.model import Standing
from bot.deployments.judging.conditions.order import order
from bot.deployments.judging.fact_model import OrderFact
from bot.github.models import DeploymentState, Sha
from tests.support.commands import HEAD, OTHER, TREE, WEB
from tests.support.facts import FACTS, policy_of

if TYPE_CHECKING:
    from bot.decisions.model import Condition

S = DeploymentState
GOOD = OrderFact(
    environment="staging",
    sha=HEAD,
    tree=TREE,
    state=S.SUCCESS,
    since=FACTS.now - timedelta(hours=1),
    url=f"{WEB}/actions/runs/41",
)


def told(*facts: OrderFact, **keys: object) -> Condition:
    """This function will tell the condition where these were deployed last."""
    return order(replace(FACTS, order=facts), policy_of(**({"requires": ["Staging"]} | keys)))


def test_nothing_comes_before() -> None:
    assert told(requires=[]).standing is Standing.MET


@pytest.mark.parametrize(
    ("fact", "standing"),
    [
        (GOOD, Standing.MET),
        (replace(GOOD, sha=OTHER), Standing.MET),  # another commit with the same files
        (replace(GOOD, tree=""), Standing.MET),
        (replace(GOOD, sha=OTHER, tree="0" * 40), Standing.UNMET),
        (replace(GOOD, sha=OTHER, tree=""), Standing.UNMET),
        (replace(GOOD, state=None), Standing.UNMET),
        (replace(GOOD, state=S.FAILURE), Standing.UNMET),
        (replace(GOOD, state=S.ERROR), Standing.UNMET),
        (replace(GOOD, state=S.INACTIVE), Standing.UNMET),
        (replace(GOOD, state=S.PENDING), Standing.PENDING),
        (replace(GOOD, state=S.QUEUED), Standing.PENDING),
        (replace(GOOD, state=S.IN_PROGRESS), Standing.PENDING),
    ],
)
def test_the_newest_must_be_a_success_of_the_same_files(fact: OrderFact, standing: Standing) -> None:
    condition = told(fact)
    assert condition.standing is standing
    assert condition.reason == ("" if standing is Standing.MET else Reason.ORDER_UNMET)
    assert ("/deploy Staging" in condition.who) is (standing is not Standing.MET)


def test_two_unknown_trees_are_not_the_same() -> None:
    facts = replace(FACTS, order=(replace(GOOD, sha=OTHER, tree=""),), pull=replace(FACTS.pull, tree=""))
    assert order(facts, policy_of(requires=["staging"])).standing is Standing.UNMET


def test_an_environment_without_a_deployment_is_unmet() -> None:
    condition = told()
    assert condition.reason == Reason.ORDER_UNMET
    assert condition.text == "`Staging` comes before `staging`, and nothing was deployed there."
    assert condition.evidence == ()


@pytest.mark.parametrize(
    ("age", "standing"),
    [
        (timedelta(minutes=29, seconds=59), Standing.PENDING),
        (timedelta(minutes=30), Standing.MET),
        (timedelta(days=3), Standing.MET),
        (None, Standing.UNKNOWN),
    ],
)
def test_it_must_have_been_there_for_long_enough(age: timedelta | None, standing: Standing) -> None:
    condition = told(replace(GOOD, since=None if age is None else FACTS.now - age), bake="30m")
    assert condition.standing is standing
    assert condition.reason == ("" if standing is Standing.MET else Reason.BAKING)


def test_it_is_told_from_when_on() -> None:
    condition = told(replace(GOOD, since=FACTS.now), bake="2h")
    assert condition.text == "`Staging` must have had it for 2h, which is so from 2026-11-03 11:00 UTC on."
    assert condition.who == "Write the command again then."


def test_each_environment_is_told_and_the_worst_one_answers() -> None:
    baking = replace(GOOD, environment="canary", since=FACTS.now)
    gone = replace(GOOD, environment="qa", sha=Sha("0" * 40), tree="")
    condition = told(GOOD, baking, gone, requires=["staging", "canary", "qa"], bake="30m")
    assert [part.standing for part in condition.parts] == [Standing.MET, Standing.PENDING, Standing.UNMET]
    assert condition.reason == Reason.ORDER_UNMET
    assert "`qa`" in condition.text
    condition = told(GOOD, baking, requires=["staging", "canary"], bake="30m")
    assert (condition.standing, condition.reason) == (Standing.PENDING, Reason.BAKING)
