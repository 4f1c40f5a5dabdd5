"""What no combination of facts can bring about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.model import Reason
from bot.decisions.model import Decision, Outcome, Standing
from bot.deployments.judging.fact_model import CheckFact, DeployFacts, OrderFact, ReviewFact
from bot.deployments.judging.rules import decide_deploy, rollout_of
from bot.deployments.model import Task
from bot.gates.model import Parameter
from bot.github.models import Actor, DeploymentState, Permission
from bot.github.review_models import ReviewState
from tests.support.commands import HEAD, OTHER, PERSON, TREE, workflow_facts
from tests.support.facts import FACTS, asking, of_pull, policy_of

pytestmark = pytest.mark.no_cover

PEOPLE = st.sampled_from([PERSON, Actor(id=70, login="bob"), Actor(id=8, login="renovate[bot]", type="Bot")])
SHAS = st.sampled_from([HEAD, OTHER])
MOMENTS = st.sampled_from([FACTS.asked.asked_at + timedelta(minutes=step) for step in (-60, -1, 0, 1)])
SAID: dict[str, list[Any]] = {
    "checks": [[], ["test"]],
    "skipped": [True, False],
    "reviews": [1, 2],
    "mergeable": [True],
    "up_to_date": [True],
    "branches": [["main"], ["release/*"]],
    "allow_forks": [True],
    "approvals": [{}],
    "requires": [["staging"]],
    "bake": ["30m"],
    "freeze": [{"windows": [{"start": "2026-11-01", "end": "2026-11-30"}]}, {}],
    "plan": [{}, {"workflow": "plan.yml"}],
    "canary": [{}, {"always": False}],
    "parameters": [["region"], {"region": {"type": "choice", "options": ["eu"]}}],
}
SAYINGS = st.lists(st.sampled_from(list(SAID)), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(SAID[name]) for name in names})
)
CHECKS = st.builds(
    CheckFact,
    name=st.sampled_from(["test", "lint"]),
    status=st.sampled_from(["completed", "queued"]),
    conclusion=st.sampled_from(["success", "failure", "skipped", ""]),
)
REVIEWS = st.builds(
    ReviewFact,
    person=PEOPLE,
    state=st.sampled_from(ReviewState),
    sha=SHAS,
    permission=st.sampled_from(Permission),
)
ORDERS = st.builds(
    OrderFact,
    environment=st.just("staging"),
    sha=SHAS,
    tree=st.sampled_from(["", TREE, "0" * 40]),
    state=st.none() | st.sampled_from(DeploymentState),
    since=st.none() | MOMENTS,
)
WORKFLOWS = st.sampled_from(
    [
        None,
        workflow_facts(),
        workflow_facts("region", "canary", "plan_digest", "plan_run_id", "task"),
        replace(workflow_facts(), is_active=False),
        replace(workflow_facts(), inputs=()),
    ]
)


ASKED = {
    "task": st.sampled_from([Task.ROLLBACK, Task.TEARDOWN]),
    "canary": st.booleans(),
    "plan_only": st.booleans(),
    "keep": st.just("4h"),
    "parameters": st.just((Parameter(name="region", value="mars"),)),
}
PULL = {
    "head_sha": SHAS,
    "is_open": st.booleans(),
    "is_fork": st.booleans(),
    "is_draft": st.booleans(),
    "mergeable": st.sampled_from([None, True, False]),
    "behind": st.sampled_from([None, 0, 2]),
    "pushed_at": st.none() | MOMENTS,
}
REST = {
    "permission": st.sampled_from(Permission),
    "workflow": WORKFLOWS,
    "plan_workflow": WORKFLOWS,
    "checks": st.lists(CHECKS, max_size=3).map(tuple),
    "reviews": st.lists(REVIEWS, max_size=3).map(tuple),
    "order": st.lists(ORDERS, max_size=1).map(tuple),
    "has_rule": st.booleans(),
}
ABLE = replace(FACTS, workflow=workflow_facts("region", "canary", "plan_digest", "plan_run_id"))


@st.composite
def all_facts(draw: st.DrawFn) -> DeployFacts:
    """Facts that differ in a few things from those of a deployment that nothing stands against."""
    chosen = draw(st.sets(st.sampled_from([*ASKED, *PULL, *REST]), max_size=3))
    asked = {name: draw(ASKED[name]) for name in ASKED if name in chosen}
    pull = {name: draw(PULL[name]) for name in PULL if name in chosen}
    rest = {name: draw(REST[name]) for name in REST if name in chosen}
    facts = of_pull(asking(ABLE, **asked), **({"behind": 0, "mergeable": True} | pull))
    policies = st.none() | SAYINGS.map(lambda keys: policy_of(**keys))
    return replace(facts, policy=draw(policies), **rest)


@settings(max_examples=400)
@given(all_facts())
def test_nothing_is_deployed_that_must_not_be(facts: DeployFacts) -> None:
    """Whatever else is true: the role, the head, the environment, the workflow; red checks, forks, closed times."""
    decision = decide_deploy(facts)
    if decision.outcome is not Outcome.PROCEED:
        assert Reason(decision.reason)
        assert decision.text
        return
    policy = facts.policy
    assert policy is not None
    assert facts.permission.covers(Permission.WRITE)
    assert rollout_of(facts).workflow == "deploy.yml"
    assert facts.workflow is not None
    assert facts.workflow.is_active
    if facts.asked.task is not Task.DEPLOY:
        return
    assert facts.pull.is_open
    assert facts.pull.head_sha == facts.asked.head_sha == rollout_of(facts).sha
    assert not facts.pull.is_fork or policy.allow_forks
    assert not facts.asked.parameters or policy.typed_parameters["region"].options == ()
    if policy.plan is not None and policy.plan.workflow is None and policy.approvals is not None:
        assert facts.has_rule
    if facts.asked.plan_only:
        return
    assert policy.freeze is None or not policy.freeze.windows
    assert not policy.requires or facts.order[0].state is DeploymentState.SUCCESS
    wanted = [one for one in facts.checks if policy.checks is None or one.name in policy.checks]
    assert all(one.status == "completed" and one.conclusion != "failure" for one in wanted)
    assert wanted or policy.checks == ()


@settings(max_examples=200)
@given(all_facts())
def test_what_was_stored_is_decided_alike(facts: DeployFacts) -> None:
    """Byte for byte, which is what a replay shows."""
    again = msgspec.json.decode(msgspec.json.encode(facts), type=DeployFacts)
    first, second = decide_deploy(facts), decide_deploy(again)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
    assert msgspec.json.decode(msgspec.json.encode(first), type=Decision) == first


@settings(max_examples=200)
@given(all_facts())
def test_every_condition_that_blocks_says_why(facts: DeployFacts) -> None:
    decision = decide_deploy(facts)
    names = [each.name for each in decision.conditions]
    assert len(names) == len(set(names))
    for each in decision.conditions:
        assert each.text
        assert bool(each.reason) is (each.standing not in {Standing.MET, Standing.WAIVED})


@settings(max_examples=200)
@given(all_facts())
def test_less_of_a_role_never_allows_more(facts: DeployFacts) -> None:
    weaker = replace(facts, permission=Permission.READ)
    assert decide_deploy(weaker).outcome is Outcome.REFUSE
    assert decide_deploy(weaker).reason == Reason.NOT_PERMITTED
