"""The whole story of a planned deployment, in both forms: what was approved is what is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Stage
from bot.localhub.state import accounts, runs
from tests.support.production import APPROVALS, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.production import Production

APART = "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n"
WITHIN = "  production:\n    workflow: production.yml\n    plan: {}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A repository that deploys for real."""
    async with production(tmp_path) as opened:
        yield opened


async def test_a_plan_apart_is_approved_and_applied(world: Production) -> None:
    """Plan, gate, apply: two dispatches, the second with the digest that was approved."""
    world.policy(APART + APPROVALS)
    comment = await world.say("/deploy production")
    (planning,) = world.dispatched
    assert planning.workflow.name == "plan.yml"
    digest = await world.plan(planning)
    assert "**waiting** · `waiting_for_approval`" in world.receipts[0]
    assert "**1** to add" in world.receipts[0]
    assert len(world.dispatched) == 1
    await world.say("/approve production", by="bob")
    _, applying = world.dispatched
    assert applying.workflow.name == "apply.yml"
    assert applying.inputs["plan_digest"] == digest
    assert applying.inputs["plan_run_id"] == str(planning.id)
    await world.job(applying, "terraform-apply")
    await world.finish(applying)
    assert "**succeeded** · `done`" in world.receipts[0]
    stages = [event.stage for event in await world.timeline(comment)]
    assert list(dict.fromkeys(stages)) == [
        Stage.CHECKING,
        Stage.CREATED,
        Stage.PLANNING,
        Stage.GATED,
        Stage.APPLYING,
        Stage.SUCCEEDED,
    ]
    row = await world.row(comment)
    assert row is not None
    assert (row.is_good, row.plan_digest, row.percent) == (True, digest, 100)
    states = [status.state for status in world.deployments[0].statuses]
    assert states == ["pending", "queued", "in_progress", "success"]


async def test_one_workflow_plans_and_applies_in_two_runs(world: Production) -> None:
    """The same file is dispatched twice, and told each time which part is due."""
    world.policy("  production:\n    workflow: deploy.yml\n    plan: {workflow: deploy.yml}\n" + APPROVALS)
    await world.say("/deploy production")
    (planning,) = world.dispatched
    digest = await world.plan(planning)
    await world.say("/approve production", by="bob")
    _, applying = world.dispatched
    await world.job(applying, "terraform-apply")
    await world.finish(applying)

    assert (planning.inputs["stage"], planning.inputs["plan_digest"]) == ("plan", "")
    assert (applying.inputs["stage"], applying.inputs["plan_digest"]) == ("apply", digest)
    assert "**succeeded** · `done`" in world.receipts[0]


async def test_a_plan_within_waits_at_the_protection_rule(world: Production) -> None:
    """One workflow: its apply job waits at the environment until the gate is open."""
    world.policy(WITHIN + APPROVALS)
    world.protect("production")
    comment = await world.say("/deploy production")
    (run,) = world.dispatched
    world.upload_plan(run)
    await world.job(run, "terraform-plan")
    apply = await world.job(run, "terraform-apply", environment="production")
    assert apply.status == "waiting"
    assert "`waiting_for_approval`" in world.receipts[0]
    await world.say("/approve production", by="bob")
    assert apply.status == "queued"
    await world.job(run, "terraform-apply")
    await world.job(run, "verify-deployment")
    await world.finish(run)
    assert "**succeeded**" in world.receipts[0]
    assert len(world.dispatched) == 1
    stages = [event.stage for event in await world.timeline(comment)]
    assert list(dict.fromkeys(stages)) == [
        Stage.CHECKING,
        Stage.CREATED,
        Stage.PLANNING,
        Stage.GATED,
        Stage.APPLYING,
        Stage.VERIFYING,
        Stage.SUCCEEDED,
    ]


async def test_the_protection_rule_must_be_enabled(world: Production) -> None:
    world.policy(WITHIN + APPROVALS)
    await world.say("/deploy production")
    assert "**refused** · `protection_rule_missing`" in world.receipts[0]
    assert world.dispatched == []


async def test_without_approvals_the_plan_is_applied_at_once(world: Production) -> None:
    world.policy(WITHIN)
    world.protect("production")
    await world.say("/deploy production")
    (run,) = world.dispatched
    world.upload_plan(run)
    await world.job(run, "terraform-plan")
    apply = await world.job(run, "terraform-apply", environment="production")
    await world.pass_time()
    assert apply.status == "queued"


async def test_another_plan_needs_another_approval(world: Production) -> None:
    """The plan was made anew while people looked at the old one: what they said is void."""
    world.policy(APART + "    approvals: {count: 2, from: {users: [bob, cy]}, request: false}\n")
    await world.say("/deploy production")
    (planning,) = world.dispatched
    await world.plan(planning)
    await world.say("/approve production", by="bob")
    runs.rerun(world.bot.hub.store, planning, actor=world.bot.ada, again=lambda _: True)
    second = world.upload_plan(planning, "plan 2")
    for job in planning.latest.jobs:
        runs.finish_job(world.bot.hub.store, job, "success")
    await world.finish(planning, "success")
    await world.say("/approve production", by="cy")
    assert len(world.dispatched) == 1
    assert second[:12] in world.receipts[0]
    await world.say("/approve production", by="bob")
    assert world.dispatched[1].inputs["plan_digest"] == second


async def test_a_push_while_it_waits_deploys_nothing(world: Production) -> None:
    world.policy(APART + APPROVALS)
    await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    world.bot.push()
    await world.bot.settle()
    assert "**refused** · `head_moved`" in world.receipts[0]
    await world.say("/approve production", by="bob")
    assert len(world.dispatched) == 1


async def test_a_rejection_ends_it(world: Production) -> None:
    world.policy(WITHIN + APPROVALS)
    world.protect("production")
    await world.say("/deploy production")
    (run,) = world.dispatched
    world.upload_plan(run)
    await world.job(run, "terraform-plan")
    apply = await world.job(run, "terraform-apply", environment="production")
    await world.say("/reject production too risky", by="bob")
    await world.pass_time()
    assert "**refused** · `rejected`" in world.receipts[0]
    assert apply.conclusion in {"cancelled", "failure"}


async def test_a_job_that_was_let_past_the_rule_is_stopped(world: Production) -> None:
    """An administrator can bypass protection rules; nothing unapproved is deployed silently."""
    world.policy(WITHIN + APPROVALS)
    world.protect("production")
    await world.say("/deploy production")
    (run,) = world.dispatched
    world.upload_plan(run)
    await world.job(run, "terraform-plan")
    runs.start_job(world.bot.hub.store, runs.add_job(world.bot.hub.store, run, "terraform-apply"))
    await world.pass_time(120)
    assert run.latest.conclusion == "cancelled"
    assert "`approvals_missing`" in world.receipts[0]


async def test_a_failed_plan(world: Production) -> None:
    world.policy(APART)
    await world.say("/deploy production")
    (planning,) = world.dispatched
    await world.job(planning, "plan", "failure")
    await world.finish(planning)
    assert "**failed** · `plan_failed`" in world.receipts[0]
    (row,) = await world.rows()
    assert (row.stage, row.percent) == (Stage.FAILED, 0)


async def test_a_run_that_left_no_plan(world: Production) -> None:
    world.policy(APART)
    await world.say("/deploy production")
    (planning,) = world.dispatched
    await world.finish(planning, "success")
    assert "**failed** · `plan_missing`" in world.receipts[0]


@pytest.mark.parametrize("form", [APART, WITHIN])
async def test_only_a_plan(world: Production, form: str) -> None:
    """`--plan` deploys nothing: no GitHub Deployment, and what would apply is stopped."""
    world.policy(form + APPROVALS)
    world.protect("production")
    await world.say("/deploy production --plan")
    (run,) = world.dispatched
    assert run.inputs["stage"] == "plan"
    world.upload_plan(run)
    await world.job(run, "terraform-plan")
    if form is APART:
        await world.finish(run, "success")
    else:
        await world.job(run, "terraform-apply", environment="production")
    assert "**succeeded** · `planned`" in world.receipts[0]
    assert "**1** to add" in world.receipts[0]
    assert world.deployments == []
    assert len(world.dispatched) == 1
    assert all(job.conclusion != "success" for job in run.latest.jobs if job.name == "terraform-apply")


async def test_the_policy_changed_while_it_waited(world: Production) -> None:
    """What was approved was approved under another policy."""
    world.policy(APART + APPROVALS)
    await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    world.policy(APART.replace("apply.yml", "deploy.yml") + APPROVALS)
    await world.say("/approve production", by="bob")
    assert "**refused** · `approval_void`" in world.receipts[0]
    assert len(world.dispatched) == 1


async def test_a_gate_without_a_plan(world: Production) -> None:
    world.policy("  production:\n" + APPROVALS)
    await world.say("/deploy production")
    assert world.dispatched == []
    await world.say("/approve production", by="bob")
    (run,) = world.dispatched
    await world.finish(run, "success")
    assert "**succeeded**" in world.receipts[0]


async def test_a_role_taken_away_while_it_waited(world: Production) -> None:
    """The requester's role is read again right before it applies."""
    world.policy(APART + APPROVALS)
    await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    accounts.set_role(world.bot.repository, world.bot.ada, "read")
    await world.say("/approve production", by="bob")
    assert "**refused** · `not_permitted`" in world.receipts[0]
    assert len(world.dispatched) == 1


async def test_a_gate_at_which_nobody_decides_expires(world: Production) -> None:
    """After a day nobody remembers what it was about."""
    world.policy("  production:\n" + APPROVALS)
    await world.say("/deploy production")
    await world.pass_time(3600, times=25)
    assert "**expired** · `gate_expired`" in world.receipts[0]
