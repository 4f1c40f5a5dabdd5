"""How the checks of a commit are read: the newest word of each, and nothing that runs again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.decisions.model import Standing
from bot.github.models import Sha
from bot.localhub.state import checks, runs, statuses
from bot.merging.judging.expected import ExpectedCheck, standing_of
from bot.merging.judging.head_checks import HeadChecks, read_head_checks
from bot.merging.model import CHECK
from tests.support.story import BRANCH

if TYPE_CHECKING:
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import User
    from tests.support.story import Story

TEST = ExpectedCheck(name="test")


async def read(story: Story, expected: ExpectedCheck = TEST) -> HeadChecks:
    """This function will read the checks of the head."""
    repo = story.services.repository(story.ref)
    return await read_head_checks(repo, Sha(story.pull.head_sha), [expected])


async def standing(story: Story, expected: ExpectedCheck = TEST) -> Standing:
    """This function will say how the expected check stands at the head."""
    (judged,) = standing_of([expected], (await read(story, expected)).checks)
    return judged.standing


def workflow(story: Story, event: str = "push", file: str = "ci.yml", **jobs: str | None) -> WorkflowRun:
    """This function will run a workflow on the head; a job without a conclusion goes on."""
    return story.run(file, event, jobs)


def report(story: Story, context: str, state: str, *, by: User | None = None) -> None:
    """This function will report a commit status of the head."""
    new = statuses.NewCommitStatus(state=state, creator=by or story.ada, context=context)
    statuses.report(story.hub.store, story.repository, story.pull.head_sha, new)


async def test_a_rerun_under_way_takes_back_what_passed_before(story: Story) -> None:
    """Merged while re-running: https://github.com/kubernetes-sigs/prow/issues/337."""
    run = workflow(story, test="success", lint="failure")
    assert await standing(story) is Standing.MET
    story.clock.advance(timedelta(minutes=1))
    runs.rerun(story.hub.store, run, actor=story.ada, again=lambda job: job.name == "lint")
    found = await read(story)
    assert found.is_busy
    assert await standing(story) is Standing.PENDING
    for job in run.latest.jobs:
        if job.name == "lint":
            runs.finish_job(story.hub.store, job, "success")
    runs.finish_run(story.hub.store, run)
    assert await standing(story) is Standing.MET


async def test_of_attempts_the_newest_counts(story: Story) -> None:
    run = workflow(story, test="success")
    story.clock.advance(timedelta(minutes=1))
    runs.rerun(story.hub.store, run, actor=story.ada, again=lambda _: True)
    runs.finish_job(story.hub.store, run.latest.jobs[0], "failure")
    runs.finish_run(story.hub.store, run)
    assert await standing(story) is Standing.UNMET


async def test_the_same_job_of_a_push_and_of_a_pull_request_are_two(story: Story) -> None:
    """The one that is green does not speak for the other, whichever ended last."""
    workflow(story, "push", test="failure")
    workflow(story, "pull_request", test="success")
    assert await standing(story) is Standing.UNMET


async def test_a_second_run_for_the_same_reason_takes_the_place_of_the_first(story: Story) -> None:
    """As when a pull request is closed and opened again."""
    workflow(story, "pull_request", test="failure")
    workflow(story, "pull_request", test="success")
    assert await standing(story) is Standing.MET


async def test_of_statuses_the_newest_counts(story: Story) -> None:
    report(story, "test", "failure")
    report(story, "test", "success")
    assert await standing(story) is Standing.MET
    report(story, "test", "pending")
    assert await standing(story) is Standing.PENDING


async def test_where_one_app_counts_a_persons_status_does_not(story: Story) -> None:
    bound = ExpectedCheck(name="ci/test", app_id=4242)
    report(story, "ci/test", "success")
    assert await standing(story, bound) is Standing.PENDING
    report(story, "ci/test", "success", by=story.hub.store.actions_app.bot)
    assert await standing(story, bound) is Standing.MET


async def test_our_own_word_on_merging_is_none(story: Story) -> None:
    suite = checks.suite_for(story.hub.store, story.repository, story.hub.app, story.pull.head_sha)
    mine = checks.add_run(story.hub.store, story.repository, suite, name=CHECK)
    found = await read(story, ExpectedCheck(name=CHECK))
    assert (found.checks, found.is_busy) == ((), False)
    checks.settle(story.hub.store, story.repository, mine, status="completed", conclusion="success")
    other = checks.add_run(story.hub.store, story.repository, suite, name="pilothouse / configuration")
    checks.settle(story.hub.store, story.repository, other, status="completed", conclusion="success")
    assert [check.name for check in (await read(story)).checks] == ["pilothouse / configuration"]


async def test_it_has_been_still_since_the_last_expected_check_ended(story: Story) -> None:
    assert (await read(story)).still_since is None
    workflow(story, test="success")
    ended = story.clock().replace(microsecond=0)
    story.clock.advance(timedelta(minutes=3))
    workflow(story, file="nightly.yml", other="success")
    assert (await read(story)).still_since == ended
    report(story, "test", "success")
    assert (await read(story)).still_since == ended + timedelta(minutes=3)


async def test_a_run_that_waits_for_a_maintainer_is_seen(story: Story) -> None:
    run = workflow(story, "pull_request", test=None)
    runs.finish_run(story.hub.store, run, "action_required")
    assert (await read(story)).held_runs == 1


async def test_what_was_dispatched_by_hand_keeps_nobody_waiting(story: Story) -> None:
    known = runs.workflow_of(story.hub.store, story.repository, "deploy.yml")
    new = runs.NewRun(
        head_sha=story.pull.head_sha, head_branch=BRANCH, actor=story.ada, event="workflow_dispatch"
    )
    runs.start_run(story.hub.store, story.repository, known, new, jobs=[])
    assert not (await read(story)).is_busy
