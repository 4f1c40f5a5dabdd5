"""A deployment is foreseen with its lease, the approvals it needs and what it would start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.decisions.model import Condition, Decision, Outcome, Standing
from bot.deployments.judging.foresight_rules import foresee_deploy
from bot.deployments.leases.model import Holder, HoldKind, Lease, Line, Place, Ticket
from bot.deployments.model import Task
from bot.github.models import Actor
from tests.support.commands import HEAD, deploy_facts, deploy_request, workflow_facts
from tests.support.facts import asking, configured

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts

PLACE = Place(repository_id=22, environment="staging")
FREE = Line(place=PLACE, lease=None, tickets=())
NOW = deploy_facts().now
GRACE = Actor(id=8, login="grace")


def holder(kind: HoldKind) -> Holder:
    """This function will make somebody else who holds the environment or waits for it."""
    return Holder(run_id="deploy-22-other", kind=kind, person=GRACE, number=6, sha=HEAD)


def held(kind: HoldKind) -> Line:
    """This function will make an environment that somebody else holds."""
    lease = Lease(
        place=PLACE,
        holder=holder(kind),
        token=3,
        taken_at=NOW - timedelta(minutes=1),
        heartbeat_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
    )
    return Line(place=PLACE, lease=lease, tickets=())


def foreseen(line: Line | None = FREE, facts: DeployFacts | None = None, **keys: Any) -> Decision:
    """This function will foresee `/deploy staging` under a policy with these keys."""
    facts = facts or configured(**keys)
    request = replace(deploy_request(), task=facts.asked.task)
    return foresee_deploy(request, facts, line)


def of(decision: Decision, name: str) -> Condition:
    """This function will return the condition of this name."""
    return next(each for each in decision.conditions if each.name == name)


def test_nothing_stands_against_it() -> None:
    decision = foreseen()
    assert decision.outcome is Outcome.PROCEED
    assert of(decision, "lease").text == "`staging` is free."
    assert of(decision, "approvals").standing is Standing.WAIVED
    assert of(decision, "rollout").text.startswith("It would start `deploy.yml` on `feature` for `1a2b3c4`")
    assert "environment" in [part.name for part in of(decision, "rollout").parts]


def test_a_deployment_under_way_is_waited_for() -> None:
    lease = of(foreseen(held(HoldKind.DEPLOY)), "lease")
    assert (lease.standing, lease.reason) == (Standing.PENDING, "in_turn")
    assert "It would be number 1 in the queue. `staging` is held by the deployment" in lease.text
    ticket = Ticket(place=PLACE, holder=holder(HoldKind.DEPLOY), sequence=1, asked_at=NOW, seen_at=NOW)
    behind = of(foreseen(replace(FREE, tickets=(ticket,))), "lease")
    assert behind.text == "It would be number 2 in the queue."


@pytest.mark.parametrize(
    ("kind", "reason"), [(HoldKind.LOCK, "locked"), (HoldKind.FREEZE, "environment_frozen")]
)
def test_a_closed_environment_refuses(kind: HoldKind, reason: str) -> None:
    decision = foreseen(held(kind))
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, reason)
    assert "/unlock staging" in of(decision, "lease").text


def test_a_lease_that_cannot_be_read_refuses() -> None:
    lease = of(foreseen(None), "lease")
    assert (lease.standing, lease.reason) == (Standing.UNKNOWN, "lease_unreadable")


def test_the_approvals_are_named_with_who_may_give_them() -> None:
    one = of(foreseen(approvals={"expires": "2h"}), "approvals")
    assert (one.standing, one.reason) == (Standing.PENDING, "waiting_for_approval")
    assert one.text == "It would wait up to `2h` for the approval of 1 person."
    assert one.who == "someone with the role `write` or more, and nobody who has written the change."
    plan = {"workflow": "plan.yml"}
    two = of(foreseen(approvals={"count": 2, "from": {"users": ["grace"]}}, plan=plan), "approvals")
    assert two.text == "It would wait up to `24h` for the approval of 2 people of the plan that it makes."


def test_what_comes_after_is_told_in_its_order() -> None:
    facts = asking(
        configured(
            canary={"steps": [10, 100], "always": False},
            verify={"http": [{"url": "https://a.example"}, {"url": "https://b.example"}], "for": "5m"},
        ),
        canary=True,
    )
    facts = replace(facts, workflow=workflow_facts("environment", "sha", "canary"))
    text = of(foreseen(facts=facts), "rollout").text
    assert text.endswith(
        "then go out in steps of 10 %, 100 %, then watch 2 addresses for `5m`, and roll back once if unhealthy."
    )
    once = configured(verify={"http": [{"url": "https://a.example"}]}, rollback={"automatic": False})
    assert of(foreseen(facts=once), "rollout").text.endswith("then watch 1 address for `2m`.")


def test_a_plan_comes_first() -> None:
    facts = replace(configured(plan={}), has_rule=True)
    assert of(foreseen(facts=facts), "rollout").text.startswith("It would plan by `deploy.yml`, then start")


def test_a_rollback_needs_no_approval_and_goes_before_the_queue() -> None:
    facts = asking(configured(approvals={}), task=Task.ROLLBACK)
    decision = foreseen(facts=facts)
    assert of(decision, "approvals").text == "A rollback is exempt."
    assert "rollout" not in [each.name for each in decision.conditions]


def test_where_the_environment_is_unknown_nothing_more_is_foreseen() -> None:
    facts = replace(deploy_facts(), policy=None, environment="")
    assert [each.name for each in foreseen(facts=facts).conditions][-1] == "environment"
