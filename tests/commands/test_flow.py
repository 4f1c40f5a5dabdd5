"""A comment with commands is seen, authorised, carried out in order and answered once for each command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Source
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, deployments, issues

if TYPE_CHECKING:
    from tests.support.story import Story


async def test_ping_is_seen_and_answered(story: Story) -> None:
    comment = await story.say("/ping")
    assert [reaction.content for reaction in comment.reactions] == ["eyes"]
    (receipt,) = story.receipts
    assert "✅ `/ping` **succeeded**" in receipt
    assert "pong, 0 s after the comment" in receipt


async def test_ping_costs_three_calls(story: Story) -> None:
    """Reaction, permission, receipt; the installation token was there already."""
    await story.say("/ping")
    story.calls.clear()
    await story.say("/ping")
    assert [call.operation for call in story.calls] == [
        "reactions/create-for-issue-comment",
        "repos/get-collaborator-permission-level",
        "issues/create-comment",
    ]


async def test_the_same_comment_twice_is_answered_once(story: Story) -> None:
    comment = await story.say("/ping")
    run = story.engine.runs[f"obey-{comment.id}"]
    await story.engine.submit([run.start, run.start])
    await story.engine.drain()
    assert len(story.receipts) == 1


async def test_chatter_starts_nothing(story: Story) -> None:
    await story.say("/shrug\n> /ping\n\nLooks good")
    assert story.engine.runs == {}


async def test_commands_run_in_order_and_each_has_its_receipt(story: Story) -> None:
    await story.say("/ping\n/help\n/status")
    assert [receipt.split("`")[1] for receipt in story.receipts] == ["/ping", "/help", "/status"]
    assert all("**succeeded**" in receipt for receipt in story.receipts)


async def test_the_first_failure_stops_the_rest(story: Story) -> None:
    await story.say("/ping\n/deploy\n/help")
    ping, deploy = story.receipts
    assert "**succeeded**" in ping
    assert "**refused** · `missing_argument`" in deploy
    assert "Not carried out because of this: `/help`." in deploy


async def test_someone_without_the_role_is_told_who_has_it(story: Story) -> None:
    accounts.set_role(story.repository, story.hub.store.user("bob"), "read")
    await story.say("/rerun", by="bob")
    (receipt,) = story.receipts
    assert "**refused** · `not_permitted`" in receipt
    assert "yours is `read`" in receipt


async def test_a_stranger_in_a_private_repository_may_not_even_ping(story: Story) -> None:
    await story.say("/ping", by="mallory")
    assert "`not_permitted`" in story.receipts[0]


async def test_a_permission_that_cannot_be_read_denies(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", path="/permission$", status=500))
    await story.say("/rerun")
    assert "**refused** · `could_not_verify`" in story.receipts[0]


async def test_a_bot_that_is_not_listed_gets_no_answer(story: Story) -> None:
    other = story.hub.store.app(
        "renovate", name="Renovate", owner=story.hub.store.github, permissions={}, events=()
    )
    comment = await story.write("/ping", app=other)
    await story.engine.drain()
    assert story.receipts == []
    assert comment.reactions == []


async def test_a_listed_app_is_obeyed_without_asking_for_its_role(story: Story) -> None:
    other = story.hub.store.app(
        "renovate", name="Renovate", owner=story.hub.store.github, permissions={}, events=()
    )
    story.obeyed_apps = frozenset({other.id})
    story.engine = story.new_engine()
    await story.write("/ping", app=other)
    await story.engine.drain()
    assert "**succeeded**" in story.receipts[0]
    assert "repos/get-collaborator-permission-level" not in {call.operation for call in story.calls}


async def test_the_bot_never_obeys_itself_even_if_listed(story: Story) -> None:
    story.obeyed_apps = frozenset({story.hub.app_id})
    story.engine = story.new_engine()
    await story.write("/ping", app=story.hub.app)
    await story.engine.drain()
    assert len(story.receipts) == 1  # its own comment, unanswered


async def test_an_issue_gets_the_commands_that_make_sense_there(story: Story) -> None:
    issue = issues.open_issue(story.hub.store, story.repository, title="Leak", body="", author=story.ada)
    await story.write("/help\n/status", number=issue.number)
    await story.engine.drain()
    helped, refused = (comment.body for comment in issue.comments if comment.app is story.hub.app)
    assert "/ping" in helped
    assert "/deploy" not in helped
    assert "`not_a_pull_request`" in refused


async def test_help_for_a_reader_hides_what_only_writers_may(story: Story) -> None:
    accounts.set_role(story.repository, story.hub.store.user("bob"), "read")
    await story.say("/help\n/help deploy\n/help /ping\n/help nonsense", by="bob")
    listed, deploy, ping, nonsense = story.receipts
    assert "/deploy" not in listed
    assert "It needs the role `write`" in deploy
    assert "says whether the bot is there" in ping
    assert "`unknown_verb`" in nonsense


async def test_a_lost_reaction_stops_nothing(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", path="/reactions$", status=403))
    await story.say("/ping")
    assert "**succeeded**" in story.receipts[0]


async def test_a_receipt_whose_answer_was_lost_is_not_written_twice(story: Story) -> None:
    story.hub.faults.add(Fault(kind="drop", method="POST", path="/comments$", after=True, count=1))
    await story.say("/ping")
    assert len(story.receipts) == 1


async def test_the_answer_waits_until_github_is_back(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", method="POST", path="/comments$", status=503))
    await story.say("/ping")
    assert story.receipts == []
    story.hub.faults.clear()
    story.clock.advance(timedelta(minutes=1))
    await story.engine.drain()
    assert len(story.receipts) == 1


async def test_after_hours_without_github_the_run_ends(story: Story) -> None:
    """What comes after this comment on the pull request is not held up for ever."""
    story.hub.faults.add(Fault(kind="status", method="POST", path="/comments$", status=503))
    comment = await story.say("/ping")
    for _ in range(5):
        assert story.engine.state_of(f"obey-{comment.id}") == "waiting"
        story.clock.advance(timedelta(hours=3))
        await story.engine.drain()
    assert story.engine.state_of(f"obey-{comment.id}") == "done"


async def test_a_receipt_that_github_refuses_is_not_tried_again(story: Story) -> None:
    fault = Fault(kind="status", method="POST", path="/comments$", status=403)
    story.hub.faults.add(fault)
    comment = await story.say("/ping")
    assert story.engine.state_of(f"obey-{comment.id}") == "done"
    assert fault.hits == 1


@pytest.mark.parametrize("source", [Source.DESCRIPTION, Source.REVIEW, Source.BUTTON])
async def test_commands_in_other_places_than_comments(story: Story, source: Source) -> None:
    """Only a description can be reacted to; each has its receipt."""
    comment = await story.write("/ping")
    written = story.engine.runs.pop(f"obey-{comment.id}").start.request
    await story.engine.submit([replace(written, source=source, press="guid").start()])
    await story.engine.drain()
    assert len(story.receipts) == 1
    reactions = [reaction.content for reaction in story.pull.issue.reactions]
    assert reactions == (["eyes"] if source is Source.DESCRIPTION else [])


@pytest.mark.parametrize("step", ["eyes", "permission", "receipt 0", "receipt 1"])
async def test_a_crash_between_any_two_steps_answers_once(story: Story, step: str) -> None:
    comment = await story.write("/ping\n/help")
    if step.startswith("receipt"):
        step = f"receipt {comment.id}/{step[-1]} succeeded"
    story.engine.crash_in(step)
    await story.engine.drain()
    assert len(story.receipts) == 2
    assert story.engine.state_of(f"obey-{comment.id}") == "done"
    assert [reaction.content for reaction in comment.reactions] == ["eyes"]


async def test_every_step_done_twice_answers_once(story: Story) -> None:
    story.engine = story.new_engine(repeat_every_step=True)
    story.check("success", "failure")
    await story.say("/ping\n/rerun\n/status")
    assert len(story.receipts) == 3
    assert all("**succeeded**" in receipt for receipt in story.receipts)


async def test_status_lists_the_newest_deployment_of_each_environment(story: Story) -> None:
    for environment, state in (("staging", "failure"), ("staging", "success"), ("production", "")):
        new = deployments.NewDeployment(
            ref=story.pull.head_sha, sha=story.pull.head_sha, environment=environment, creator=story.ada
        )
        made = deployments.create(story.hub.store, story.repository, new)
        if state:
            status = deployments.NewStatus(state=state, creator=story.ada)
            deployments.add_status(story.hub.store, story.repository, made, status)
    await story.say("/status")
    assert "`production` pending, `staging` success" in story.receipts[0]


async def test_status_tells_how_the_head_stands(story: Story) -> None:
    story.check("success", "failure")
    await story.say("/status")
    (receipt,) = story.receipts
    assert story.pull.head_sha[:7] in receipt
    assert "1 failure, 1 success" in receipt
    assert "job 1" in receipt


async def test_rerun_starts_only_the_failed_jobs_again(story: Story) -> None:
    run = story.check("success", "failure")
    await story.say("/rerun")
    assert len(run.attempts) == 2
    assert [job.status for job in run.latest.jobs] == ["completed", "queued"]
    assert "Started again" in story.receipts[0]


async def test_rerun_of_one_job_by_name(story: Story) -> None:
    run = story.check("success", "failure")
    await story.say("/rerun Job 0")
    assert [job.status for job in run.latest.jobs] == ["queued", "completed"]


async def test_rerun_of_everything(story: Story) -> None:
    run = story.check("success", "success")
    await story.say("/rerun all")
    assert [job.status for job in run.latest.jobs] == ["queued", "queued"]


@pytest.mark.parametrize("text", ["/rerun failed", "/rerun jbo 0"])
async def test_rerun_of_nothing_says_why(story: Story, text: str) -> None:
    run = story.check("success")
    await story.say(text)
    assert len(run.attempts) == 1
    assert "**refused**" in story.receipts[0]


async def test_a_rerun_that_github_refuses_fails_with_its_words(story: Story) -> None:
    story.check("failure")
    story.hub.faults.add(Fault(kind="status", method="POST", path="/rerun", status=403))
    await story.say("/rerun")
    assert "**failed** · `github_refused`" in story.receipts[0]


async def test_a_rerun_whose_answer_was_lost_is_not_done_twice(story: Story) -> None:
    run = story.check("failure")
    story.hub.faults.add(Fault(kind="drop", method="POST", path="/rerun", after=True, count=1))
    await story.say("/rerun")
    assert len(run.attempts) == 2
    assert "**succeeded**" in story.receipts[0]
