"""What stands against a deployment, and what is done where nothing does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from bot.commands.model import Reason
from bot.config.policy import ParameterConfig, RollbackConfig
from bot.decisions.model import Decision, Outcome, Standing
from bot.deployments.judging.fact_model import DeployFacts
from bot.deployments.judging.rules import (
    decide_deploy,
    decide_rollback,
    refuse_sha,
    rollout_back,
    rollout_of,
)
from bot.deployments.model import DeploymentRow, Task
from bot.gates.model import Parameter
from bot.github.models import DeploymentState, Permission, Sha
from tests.support.commands import (
    HEAD,
    OTHER,
    TREE,
    WEB,
    WRITTEN_AT,
    check,
    workflow_facts,
)
from tests.support.facts import FACTS, asking, configured, of_pull

REGION = Parameter(name="region", value="eu")
KNOWN_GOOD = DeploymentRow(
    repository_id=22,
    deployment_id=9,
    number=4,
    environment="staging",
    sha=OTHER,
    workflow_run_id=40,
    run_id="deploy-22-9",
    state=DeploymentState.SUCCESS,
    updated_at=WRITTEN_AT,
    parameters=(REGION,),
    inputs=(
        REGION,
        Parameter(name="sha", value=OTHER),
        Parameter(name="lease_token", value="3"),
        Parameter(name="gone", value="1"),
    ),
)


def why(facts: DeployFacts) -> str:
    """This function will return the reason of the decision, "" where it goes ahead."""
    return decide_deploy(facts).reason


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(FACTS, permission=Permission.READ), Reason.NOT_PERMITTED),
        (replace(FACTS, permission=Permission.NONE), Reason.NOT_PERMITTED),
        (of_pull(is_open=False), Reason.PULL_REQUEST_CLOSED),
        (of_pull(head_sha=OTHER), Reason.HEAD_MOVED),
        (of_pull(pushed_at=WRITTEN_AT + timedelta(seconds=1)), Reason.HEAD_MOVED),
        (replace(FACTS, configuration_mistakes=("3: no",), policy=None), Reason.CONFIGURATION_INVALID),
        (replace(FACTS, environments=(), policy=None), Reason.UNKNOWN_ENVIRONMENT),
        (replace(FACTS, environments=("production",), policy=None), Reason.UNKNOWN_ENVIRONMENT),
        (of_pull(is_fork=True), Reason.FORK_REFUSED),
        (configured(of_pull(is_fork=True), allow_forks=True), Reason.FORK_REFUSED),
        (replace(FACTS, workflow=None), Reason.WORKFLOW_MISSING),
        (replace(FACTS, checks=()), Reason.CHECKS_MISSING),
    ],
)
def test_refused(facts: DeployFacts, reason: Reason) -> None:
    decision = decide_deploy(facts)
    assert decision.outcome is Outcome.REFUSE
    assert decision.reason is reason


@pytest.mark.parametrize(
    "facts",
    [
        FACTS,
        replace(FACTS, permission=Permission.ADMIN),
        of_pull(pushed_at=None),
        of_pull(pushed_at=WRITTEN_AT),
        configured(replace(FACTS, checks=()), checks=[]),
        configured(of_pull(replace(FACTS, permission=Permission.MAINTAIN), is_fork=True), allow_forks=True),
    ],
)
def test_nothing_stands_against_it(facts: DeployFacts) -> None:
    decision = decide_deploy(facts)
    assert decision.outcome is Outcome.PROCEED
    assert {each.standing for each in decision.conditions} == {Standing.MET}


def test_every_condition_is_told_although_the_first_one_refuses() -> None:
    decision = decide_deploy(replace(FACTS, permission=Permission.READ, checks=()))
    named = {each.name: each.standing for each in decision.conditions}
    assert named["role"] is named["checks"] is Standing.UNMET
    assert named["fork"] is Standing.MET
    assert len(named) == len(decision.conditions) == 19
    assert decision.text.startswith("`/deploy` needs the role `write`")


def test_without_an_environment_only_what_does_not_need_one_is_told() -> None:
    decision = decide_deploy(replace(FACTS, policy=None))
    assert [each.name for each in decision.conditions] == [
        "role",
        "pull_request",
        "head",
        "configuration",
        "environment",
    ]


def test_head_moved_shows_what_came_in_between() -> None:
    assert f"{WEB}/compare/{HEAD}...{OTHER}" in decide_deploy(of_pull(head_sha=OTHER)).text


@pytest.mark.parametrize(("name", "hint"), [("stagign", "Did you mean `staging`?"), ("mars", "There are: ")])
def test_an_unknown_environment_is_answered_with_those_there_are(name: str, hint: str) -> None:
    decision = decide_deploy(asking(replace(FACTS, policy=None), environment=name))
    assert hint in decision.text
    assert "`production`, `staging`" in decision.text


def test_inputs_are_the_configured_ones_then_parameters_then_our_own() -> None:
    facts = configured(
        asking(parameters=(REGION,)),
        inputs={"region": "us", "tier": "small"},
        parameters={"region": {}, "size": {"default": "m"}},
    )
    facts = replace(facts, workflow=workflow_facts("region", "tier", "size", "task"))
    rollout = rollout_of(facts)
    assert {given.name: given.value for given in rollout.inputs} == {
        "region": "eu",
        "size": "m",
        "tier": "small",
        "environment": "staging",
        "sha": HEAD,
        "task": "deploy",
    }
    assert rollout.parameters == (REGION, Parameter(name="size", value="m"))
    assert (rollout.tree, rollout.base_ref, rollout.config) == (TREE, "main", facts.policy)


def test_only_declared_inputs_are_given() -> None:
    facts = replace(FACTS, workflow=replace(workflow_facts(), inputs=workflow_facts().inputs[1:]))
    assert why(facts) == ""
    assert [given.name for given in rollout_of(facts).inputs] == ["sha"]


def test_a_fork_is_deployed_by_the_default_branchs_workflow() -> None:
    facts = configured(
        of_pull(replace(FACTS, permission=Permission.MAINTAIN), is_fork=True), allow_forks=True
    )
    rollout = rollout_of(facts)
    assert (rollout.ref, rollout.runs_at_sha, rollout.sha) == ("main", False, HEAD)


def test_a_head_is_deployed_by_the_default_branchs_workflow_where_the_policy_says_so() -> None:
    """So no pull request can change what takes the environment's rights."""
    rollout = rollout_of(configured(FACTS, workflow_from="default_branch"))
    assert (rollout.ref, rollout.runs_at_sha, rollout.sha) == ("main", False, HEAD)


def test_what_only_plans_is_known_to_the_rollout() -> None:
    facts = replace(FACTS, plan_workflow=workflow_facts("region", file="plan.yml"))
    assert rollout_of(facts).plan_declared == ("environment", "sha", "region")
    assert rollout_of(FACTS).plan_declared == ()


@pytest.mark.parametrize("facts", [replace(FACTS, policy=None), replace(FACTS, workflow=None)])
def test_nothing_is_rolled_out_without_an_environment_or_a_workflow(facts: DeployFacts) -> None:
    with pytest.raises(ValueError, match="the facts know no"):
        rollout_of(facts)


def rollback_facts() -> DeployFacts:
    """This function will make facts in which only a rollback may happen."""
    red = replace(FACTS, checks=(check(conclusion="failure"),))
    closed = of_pull(red, is_open=False, head_sha=OTHER)
    return asking(configured(closed, requires=["production"], reviews=2), task=Task.ROLLBACK)


def test_a_rollback_needs_the_role_the_environment_and_the_workflow_only() -> None:
    decision = decide_rollback(rollback_facts())
    assert (decision.kind, decision.outcome) == ("rollback", Outcome.PROCEED)
    met = {each.name for each in decision.conditions if each.standing is Standing.MET}
    assert met == {"role", "environment", "workflow"}
    assert {each.standing for each in decision.conditions if each.name not in met} == {Standing.WAIVED}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(rollback_facts(), permission=Permission.TRIAGE), Reason.NOT_PERMITTED),
        (replace(rollback_facts(), policy=None), Reason.UNKNOWN_ENVIRONMENT),
        (
            replace(rollback_facts(), policy=None, configuration_mistakes=("3: no",)),
            Reason.CONFIGURATION_INVALID,
        ),
        (replace(rollback_facts(), configuration_mistakes=("3: no",)), ""),
        (replace(rollback_facts(), workflow=None), Reason.WORKFLOW_MISSING),
        (
            replace(rollback_facts(), workflow=replace(workflow_facts(), inputs=())),
            Reason.INPUT_UNDECLARED,
        ),
    ],
)
def test_a_rollback_is_never_exempt_from_its_own_conditions(facts: DeployFacts, reason: str) -> None:
    assert why(facts) == reason


def test_a_rollback_repeats_what_was_given_then_and_none_of_our_own() -> None:
    facts = replace(rollback_facts(), workflow=workflow_facts("region", "lease_token", "task"))
    rollout = rollout_back(facts, KNOWN_GOOD)
    assert {given.name: given.value for given in rollout.inputs} == {
        "region": "eu",
        "environment": "staging",
        "sha": OTHER,
        "task": "rollback",
    }
    assert (rollout.sha, rollout.ref, rollout.runs_at_sha) == (OTHER, "main", False)
    assert rollout.parameters == (REGION,)


def test_a_teardown_needs_no_sha() -> None:
    facts = asking(rollback_facts(), task=Task.TEARDOWN)
    facts = replace(facts, workflow=replace(workflow_facts(), file="down.yml", inputs=()))
    assert (why(facts), decide_deploy(facts).kind) == ("", "teardown")
    assert rollout_of(facts).inputs == ()


def test_a_plan_is_not_kept_from_running_by_what_protects_the_environment() -> None:
    facts = asking(
        configured(
            replace(FACTS, checks=(), plan_workflow=workflow_facts(file="plan.yml")),
            plan={"workflow": "plan.yml"},
            requires=["production"],
        ),
        plan_only=True,
    )
    facts = replace(facts, workflow=workflow_facts("plan_digest", "plan_run_id"))
    assert why(facts) == ""
    assert why(asking(facts, plan_only=False)) == Reason.CHECKS_MISSING


def test_stored_facts_give_the_same_decision_again() -> None:
    """Everything that a policy can hold comes back from its stored form."""
    facts = configured(
        asking(parameters=(REGION,)),
        parameters={"region": {"type": "choice", "options": ["eu"]}},
        approvals={"count": 2, "from": {"users": ["ada"]}},
        freeze={"windows": [{"start": "2026-11-01", "end": "2026-11-30"}]},
        rollback={"automatic": False},
    )
    for one in (facts, FACTS):
        again = msgspec.json.decode(msgspec.json.encode(one), type=DeployFacts)
        assert again == one
        first, second = decide_deploy(one), decide_deploy(again)
        assert msgspec.json.encode(first) == msgspec.json.encode(second)
        assert msgspec.json.decode(msgspec.json.encode(first), type=Decision) == first
    assert facts.policy is not None
    assert facts.policy.rollback == RollbackConfig(automatic=False)
    assert isinstance(facts.policy.typed_parameters["region"], ParameterConfig)


@pytest.mark.parametrize("prefix", ["", HEAD, HEAD[:7], HEAD[:7].upper(), HEAD[:39]])
def test_a_sha_that_begins_the_head(prefix: str) -> None:
    assert refuse_sha(prefix, HEAD) is None


@pytest.mark.parametrize(
    "prefix", [HEAD[:6], OTHER, OTHER[:7], HEAD[1:9], "main", "HEAD~1", HEAD + "0", "1a2b3cg"]
)
def test_a_sha_that_does_not(prefix: str) -> None:
    refused = refuse_sha(prefix, Sha(HEAD))
    assert refused is not None
    assert refused.reason is Reason.SHA_NOT_HEAD
