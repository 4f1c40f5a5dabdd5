"""A release from the command to what everyone can download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decisions.replay import Replayed, difference, replay
from bot.decisions.store import since
from bot.proposals.deciders import DECIDERS
from bot.releases.model import Stage
from tests.support.releasing import BUILT, POLICY, TAG

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard


async def test_a_release_from_the_command_to_its_publication(yard: Shipyard) -> None:
    """Tag, draft, build, files, publication: in this order, and nothing is out before the end."""
    head = yard.bot.repository.branches["main"]
    await yard.say("/release v1.0.0")
    assert yard.tagged() == head
    assert yard.release().draft
    assert "starts `release.yml`; its run has not begun yet" in yard.receipts[0]
    run = yard.start_build()
    await yard.pass_time()
    assert "builds its files" in yard.receipts[0]
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    assert yard.release().draft
    await yard.end(run)
    release = yard.release()
    assert not release.draft
    assert (release.prerelease, release.target) == (False, head)
    assert yard.bot.repository.latest_release == release.id
    (receipt,) = yard.receipts
    assert "✅ `/release v1.0.0` **succeeded** · `done` · for `grace`" in receipt
    row = await yard.row()
    assert (row.stage, row.sha, row.workflow_run_id, row.release_id) == (Stage.DONE, head, run.id, release.id)
    assert row.published_at is not None
    stages = [event.stage for event in await yard.timeline()]
    assert list(dict.fromkeys(stages)) == [
        Stage.CHECKING,
        Stage.TAGGING,
        Stage.DRAFTING,
        Stage.BUILDING,
        Stage.VERIFYING,
        Stage.PUBLISHING,
        Stage.ANNOUNCING,
        Stage.DONE,
    ]


async def test_its_decisions_are_explained_and_come_out_the_same_again(yard: Shipyard) -> None:
    """Both are recorded with their facts, the one when it was asked for and the one before the publication."""
    number = yard.bot.pull.number
    await yard.say("/release v1.0.0", number=number)
    await yard.build()
    database, began = yard.bot.database, yard.issue.created_at
    rows = await database.read(lambda connection: since(connection, yard.bot.ref.id, began, most=50))
    again = [replay(row, DECIDERS) for row in rows if row.kind == "release"]
    assert len(again) == 2
    assert all(isinstance(one, Replayed) and not difference(one) for one in again)
    await yard.say("/why release v1.0.0", number=number)
    assert "The asker has the role `maintain`." in yard.comments(number)[-1]


async def test_an_issue_explains_its_release_and_nothing_about_pull_requests(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    await yard.say("/why release v1.0.0")
    assert "The asker has the role `maintain`." in yard.comments(yard.issue.number)[-1]
    for line in ("/why", "/why merge", "/why deploy staging"):
        await yard.say(line)
        assert "`not_a_pull_request`" in yard.comments(yard.issue.number)[-1]
        assert "`/why release TAG`" in yard.comments(yard.issue.number)[-1]


async def test_the_notes_are_in_the_draft(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    body = yard.release().body or ""
    assert body.startswith("<!-- pilothouse:release v1.0.0 -->\n")
    assert "dredge the basin" in body


async def test_a_pull_request_and_its_issue_are_told(yard: Shipyard) -> None:
    """What was merged is told once in which version it came out."""
    await yard.merge("Mend the crane", closes=yard.issue.number)
    await yard.say("/release v1.0.0")
    await yard.build()
    await yard.pass_time(60, times=5)
    told = [body for body in yard.comments(yard.bot.pull.number) if "Released in" in body]
    assert len(told) == 1
    assert "were told" in yard.receipts[0] or "was told" in yard.receipts[0]


async def test_without_a_workflow_nothing_is_waited_for(yard: Shipyard) -> None:
    yard.policy("release: {workflow: null}\n")
    yard.green()
    await yard.say("/release v1.0.0")
    assert not yard.release().draft
    assert (await yard.row()).workflow_run_id == 0


async def test_the_usual_workflow_may_be_absent_where_no_file_is_expected(yard: Shipyard) -> None:
    yard.policy("release: {checks: []}\n")
    yard.remove(".github/workflows/release.yml")
    await yard.say("/release v1.0.0")
    assert not yard.release().draft


async def test_a_workflow_without_a_push_trigger_is_dispatched_on_the_tag(yard: Shipyard) -> None:
    """It gets the inputs that it declares, and no other."""
    yard.policy(POLICY)
    yard.workflow("on: {workflow_dispatch: {inputs: {version: , tag: }}}\n")
    yard.green()
    await yard.say("/release v1.0.0")
    (run,) = [run for run in yard.bot.repository.runs.values() if run.event == "workflow_dispatch"]
    assert (run.head_branch, run.inputs) == (TAG, {"version": "1.0.0", "tag": "v1.0.0"})
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    assert not yard.release().draft


async def test_a_pre_release_is_shown_as_one_and_is_not_the_latest(yard: Shipyard) -> None:
    yard.policy("release: {workflow: null}\n")
    yard.green()
    await yard.say("/release v1.0.0-rc.1")
    release = yard.release("v1.0.0-rc.1")
    assert (release.draft, release.prerelease) == (False, True)
    assert yard.bot.repository.latest_release != release.id


async def test_a_release_may_be_shown_as_a_pre_release(yard: Shipyard) -> None:
    yard.policy("release: {workflow: null}\n")
    yard.green()
    await yard.say("/release v1.0.0 --prerelease")
    assert yard.release().prerelease


async def test_a_maintenance_branch_does_not_become_the_latest(yard: Shipyard) -> None:
    """1.0.1 after 2.0.0 is not what people get who ask for no version."""
    yard.policy("release: {workflow: null, checks: [], sanity: false, branches: ['*.x']}\n")
    await yard.say("/release v1.0.0")
    yard.commit("feat!: new basin")
    await yard.say("/release v2.0.0")
    yard.branch("1.0.x", at=yard.tagged("v1.0.0"))
    yard.commit("fix: mend the basin", branch="1.0.x")
    await yard.say("/release v1.0.1 --branch 1.0.x")
    assert not yard.release("v1.0.1").draft
    assert yard.bot.repository.latest_release == yard.release("v2.0.0").id


async def test_a_component_has_tags_of_its_own(yard: Shipyard) -> None:
    yard.policy("release: {workflow: null, checks: [], components: {client: {paths: ['client/*']}}}\n")
    yard.commit("feat: oars", {"client/oars.txt": "2"})
    await yard.say("/release 0.1.0 --component client")
    release = yard.release("client-v0.1.0")
    assert not release.draft
    assert yard.bot.repository.latest_release != release.id
    assert "oars" in (release.body or "")
    assert "dredge" not in (release.body or "")


async def test_a_draft_that_was_asked_for_is_published_later(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0 --draft")
    await yard.build()
    assert yard.release().draft
    assert "**succeeded**" in yard.receipts[0]
    assert "`/release resume v1.0.0` publishes it" in yard.receipts[0]
    await yard.say("/release resume v1.0.0")
    await yard.pass_time()
    assert not yard.release().draft


async def test_what_follows_in_the_comment_is_carried_out_after_the_release(yard: Shipyard) -> None:
    yard.policy("release: {workflow: null, checks: []}\n")
    await yard.say("/release v1.0.0\n/release status v1.0.0")
    assert "is done" in yard.receipts[1]


async def test_the_end_is_seen_without_any_event(yard: Shipyard) -> None:
    """Every event about the workflow run is lost; two minutes later its state is read."""
    await yard.say("/release v1.0.0")
    yard.bot.hub.set_webhook(None)
    run = yard.start_build()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    await yard.pass_time(120, times=2)
    assert not yard.release().draft


async def test_files_that_are_uploaded_a_little_late(yard: Shipyard) -> None:
    """GitHub lists a file a few seconds after the workflow run has ended."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    yard.upload(BUILT)
    await yard.end(run)
    assert yard.release().draft
    yard.upload({"SHA256SUMS": yard.sums(BUILT)})
    await yard.pass_time(5)
    assert not yard.release().draft
    assert len(yard.release().assets) == 3
