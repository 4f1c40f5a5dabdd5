"""Which checks of a commit are taken into the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason
from bot.deployments.judging.conditions.checks import checks as condition
from bot.localhub.state import checks, runs, statuses
from tests.deployments.judging.test_facts import read
from tests.support.facts import policy_of

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.localhub.state.actions import WorkflowRun
    from tests.support.story import Story


@pytest.fixture(autouse=True)
def _configured(story: Story) -> None:
    story.configure("environments: {staging: {}}")


def workflow(story: Story, file: str, **jobs: str | None) -> WorkflowRun:
    """This function will run a workflow on the head; a job without a conclusion goes on."""
    return story.run(file, "workflow_dispatch" if file == "deploy.yml" else "push", jobs)


def report(story: Story, context: str, state: str) -> None:
    """This function will report a commit status of the head."""
    new = statuses.NewCommitStatus(state=state, creator=story.ada, context=context)
    statuses.report(story.hub.store, story.repository, story.pull.head_sha, new)


def told(facts: DeployFacts) -> dict[str, str]:
    """This function will say how each check stands."""
    return {check.name: check.conclusion or check.status for check in facts.checks}


def why(facts: DeployFacts) -> str:
    """This function will say why the checks are not enough, "" where they are."""
    return condition(facts, policy_of()).reason


async def test_check_runs_and_commit_statuses_both_count(story: Story) -> None:
    workflow(story, "ci.yml", test="success")
    report(story, "ci/old", "pending")
    assert told(await read(story)) == {"test": "success", "ci/old": "pending"}
    assert why(await read(story)) == Reason.CHECKS_RUNNING
    report(story, "ci/old", "error")
    assert why(await read(story)) == Reason.CHECKS_FAILED
    report(story, "ci/old", "success")
    assert told(await read(story)) == {"test": "success", "ci/old": "success"}


async def test_a_rerun_under_way_is_pending_although_an_older_attempt_passed(story: Story) -> None:
    """Reported as kubernetes/test-infra, prow#337."""
    run = workflow(story, "ci.yml", test="success", lint="success")
    assert why(await read(story)) == ""
    runs.rerun(story.hub.store, run, actor=story.ada, again=lambda job: job.name == "test")
    facts = await read(story)
    assert told(facts) == {"test": "queued", "lint": "success"}
    assert why(facts) == Reason.CHECKS_RUNNING


async def test_a_rerun_that_passed_hides_the_attempt_that_failed(story: Story) -> None:
    run = workflow(story, "ci.yml", test="failure")
    runs.rerun(story.hub.store, run, actor=story.ada, again=lambda _: True)
    runs.finish_job(story.hub.store, run.latest.jobs[0], "success")
    assert told(await read(story)) == {"test": "success"}


async def test_a_red_job_does_not_hide_behind_a_green_one_of_another_workflow(story: Story) -> None:
    workflow(story, "ci.yml", test="failure")
    workflow(story, "nightly.yml", test="success")
    facts = await read(story)
    assert [check.conclusion for check in facts.checks] == ["failure", "success"]
    assert why(facts) == Reason.CHECKS_FAILED


async def test_the_same_workflow_run_again_by_another_event_hides_the_first(story: Story) -> None:
    workflow(story, "ci.yml", test="failure")
    workflow(story, "ci.yml", test="success")
    assert told(await read(story)) == {"test": "success"}
    assert why(await read(story)) == ""


async def test_checks_on_the_second_page_count(story: Story) -> None:
    names = {f"job {number}": "success" for number in range(130)}
    workflow(story, "ci.yml", **{"red": "failure"} | names)
    facts = await read(story)
    assert len(facts.checks) == 131
    assert why(facts) == Reason.CHECKS_FAILED


async def test_our_own_checks_and_those_of_what_deploys_do_not_count(story: Story) -> None:
    """A gate that waits, or a deployment that failed, must not keep the next deployment from happening."""
    store = story.hub.store
    suite = checks.suite_for(store, story.repository, story.hub.app, story.pull.head_sha)
    own = checks.add_run(store, story.repository, suite, name="pilothouse / staging")
    checks.settle(store, story.repository, own, status="completed", conclusion="action_required")
    deploying = workflow(story, "deploy.yml", apply="failure")
    runs.rerun(store, deploying, actor=story.ada, again=lambda _: True)
    runs.finish_job(store, deploying.latest.jobs[0], "failure")
    facts = await read(story)
    assert facts.checks == ()
    assert why(facts) == Reason.CHECKS_MISSING
    workflow(story, "ci.yml", test="success")
    assert told(await read(story)) == {"test": "success"}
