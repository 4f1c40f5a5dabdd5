"""Whether what deploys can be started with what it must be given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.model import Reason
from bot.config.workflow_inputs import DeclaredInput
from bot.decisions.model import Standing
from bot.deployments.judging.conditions.workflow import workflow
from bot.deployments.model import Task
from tests.support.commands import HEAD, WEB, workflow_facts
from tests.support.facts import FACTS, asking, of_pull, policy_of

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts

PLANNED = {"plan": {"workflow": "plan.yml"}}
ALONE = {"plan": {"workflow": "deploy.yml"}}
STAGED = workflow_facts("plan_digest", "plan_run_id", "stage")
BOUND = workflow_facts("plan_digest", "plan_run_id")
PLANS = workflow_facts(file="plan.yml")


@pytest.mark.parametrize(
    ("facts", "keys"),
    [
        (FACTS, {}),
        (replace(FACTS, workflow=workflow_facts("a", "b")), {"inputs": {"a": "1"}, "parameters": ["b"]}),
        (replace(FACTS, workflow=workflow_facts("canary")), {"canary": {}}),
        (FACTS, {"canary": {"always": False}}),
        (FACTS, {"plan": {}}),
        (replace(FACTS, workflow=BOUND, plan_workflow=PLANS), PLANNED),
        (replace(FACTS, workflow=STAGED, plan_workflow=STAGED), ALONE),
        (asking(task=Task.ROLLBACK), {"inputs": {"a": "1"}, "canary": {}}),
        (
            asking(replace(FACTS, workflow=replace(workflow_facts(), inputs=())), task=Task.TEARDOWN),
            {"inputs": {"a": "1"}},
        ),
    ],
)
def test_it_can_be_started(facts: DeployFacts, keys: dict[str, Any]) -> None:
    assert workflow(facts, policy_of(**keys)).standing is Standing.MET


@pytest.mark.parametrize(
    ("facts", "keys", "missing"),
    [
        (FACTS, {"inputs": {"region": "eu"}}, "the input `region`"),
        (FACTS, {"parameters": ["a", "b"]}, "the inputs `a`, `b`"),
        (FACTS, {"canary": {}}, "the input `canary`"),
        (asking(canary=True), {}, "the input `canary`"),
        (asking(canary=True), {"canary": {"always": False}}, "the input `canary`"),
        (replace(FACTS, workflow=BOUND, plan_workflow=BOUND), ALONE, "the input `stage`"),
        (replace(FACTS, plan_workflow=PLANS), PLANNED, "the inputs `plan_digest`, `plan_run_id`"),
        (
            replace(FACTS, workflow=BOUND, plan_workflow=replace(PLANS, inputs=PLANS.inputs[:1])),
            PLANNED,
            "plan.yml` does not declare the input `sha`",
        ),
    ],
)
def test_an_input_that_it_has_to_be_given_must_be_declared(
    facts: DeployFacts, keys: dict[str, Any], missing: str
) -> None:
    """Otherwise it would be dropped without a word, or GitHub would refuse the dispatch after the approval."""
    condition = workflow(facts, policy_of(**keys))
    assert condition.reason == Reason.INPUT_UNDECLARED
    assert missing in condition.text


@pytest.mark.parametrize(
    ("facts", "keys"),
    [
        (replace(FACTS, workflow=None), {}),
        (replace(FACTS, workflow=BOUND), PLANNED),
        (replace(FACTS, workflow=replace(workflow_facts(), is_active=False)), {}),
        (replace(FACTS, workflow=replace(workflow_facts(), problem="is not there at <b>")), {}),
    ],
)
def test_a_workflow_that_cannot_be_started(facts: DeployFacts, keys: dict[str, Any]) -> None:
    condition = workflow(facts, policy_of(**keys))
    assert condition.reason == Reason.WORKFLOW_MISSING
    assert "<b>" not in condition.text


def test_what_it_requires_must_be_given_by_somebody() -> None:
    needs = DeclaredInput(name="ticket", required=True)
    spared = DeclaredInput(name="level", required=True, has_default=True)
    found = replace(workflow_facts(), inputs=(*workflow_facts().inputs, needs, spared))
    condition = workflow(replace(FACTS, workflow=found), policy_of())
    assert condition.reason == Reason.PARAMETER_MISSING
    assert "requires the input `ticket`" in condition.text
    assert workflow(replace(FACTS, workflow=found), policy_of(inputs={"ticket": "1"})).is_open is False


def test_more_inputs_than_github_takes_are_refused() -> None:
    names = [f"p{number}" for number in range(20)]
    inputs = {f"i{number}": "1" for number in range(4)}
    facts = replace(FACTS, workflow=workflow_facts(*names, *inputs))
    policy = policy_of(parameters=names, inputs=inputs)
    condition = workflow(facts, policy)
    assert (condition.reason, "25 inputs" in condition.text) == (Reason.INPUT_UNDECLARED, True)
    del inputs["i0"]
    assert workflow(facts, policy_of(parameters=names, inputs=inputs)).standing is Standing.MET


def test_the_evidence_is_the_file_that_runs() -> None:
    (evidence,) = workflow(FACTS, policy_of()).evidence
    assert evidence.url == f"{WEB}/blob/{HEAD}/.github/workflows/deploy.yml"
    (evidence,) = workflow(of_pull(is_fork=True), policy_of()).evidence
    assert evidence.url == f"{WEB}/blob/main/.github/workflows/deploy.yml"
