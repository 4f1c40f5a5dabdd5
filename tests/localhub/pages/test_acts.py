"""A person acts on the pages: comments, pushes, runs again, presses, redelivers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.localhub.state import checks, deployments, issues

if TYPE_CHECKING:
    from bot.localhub.state.reports import CheckRun
    from bot.localhub.state.store import Happening
    from tests.support.pages import Visitor


def _check(ada: Visitor) -> CheckRun:
    repository, store = ada.harbour.repository, ada.hub.store
    suite = checks.suite_for(store, repository, ada.hub.app, ada.harbour.rust.head_sha)
    made = checks.add_run(store, repository, suite, name="pilothouse / diagnosis")
    made.title, made.summary = "4 jobs failed", "**rust / test** failed"
    made.details_url = "http://127.0.0.1:1/gates/7"
    made.actions = [{"label": "Re-run failed", "identifier": "rerun_failed", "description": "Run them again"}]
    made.annotations = [
        {
            "path": "tests/unionfind.rs",
            "start_line": 44,
            "end_line": 44,
            "annotation_level": "failure",
            "message": "assertion failed: <u>",
            "title": "uf_test",
        }
    ]
    checks.settle(store, repository, made, status="completed", conclusion="failure")
    return made


async def test_comment_is_written_as_the_chosen_person_and_rendered(ada: Visitor) -> None:
    await ada.act_as("rao")

    sent = await ada.post(f"{ada.repository}/issues/1/comments", {"body": "**well** <script>x</script>"})

    assert sent.status == 303
    comment = ada.harbour.rust.issue.comments[-1]
    assert comment.author.login == "rao"
    assert sent.headers["Location"] == f"/acme/harbour/pull/1#issuecomment-{comment.id}"
    shown = await ada.get(f"{ada.repository}/pull/1")
    assert "<strong>well</strong>" in shown.text
    assert "<script>x" not in shown.text


async def test_reactions_and_edits_show(ada: Visitor) -> None:
    repository, store = ada.harbour.repository, ada.hub.store
    comment = issues.write_comment(store, repository, 1, body="one", author=ada.harbour.writer)
    issues.react(store, comment.reactions, content="eyes", user=ada.hub.app.bot)
    issues.edit_comment(store, repository, comment, body="two", editor=ada.harbour.writer)

    assert 'title="pilothouse[bot]">👀 1' in (await ada.get(f"{ada.repository}/pull/1")).text


async def test_empty_comment_is_refused(ada: Visitor) -> None:
    assert (await ada.post(f"{ada.repository}/issues/1/comments", {"body": "  "})).status == 422


async def test_command_hints_stand_in_the_comment_box(ada: Visitor) -> None:
    assert "says whether the bot is there" in (await ada.get(f"{ada.repository}/pull/1")).text


async def test_issue_is_opened(ada: Visitor) -> None:
    sent = await ada.post(f"{ada.repository}/issues", {"title": "Fog", "body": "since *noon*"})

    assert sent.headers["Location"] == f"/acme/harbour/issues/{ada.harbour.repository.numbers}"
    assert "<em>noon</em>" in (await ada.get(sent.headers["Location"])).text


async def test_issue_needs_a_title(ada: Visitor) -> None:
    assert (await ada.post(f"{ada.repository}/issues", {"title": " "})).status == 422


async def test_pushed_commit_runs_the_chosen_ci(ada: Visitor) -> None:
    before = ada.harbour.rust.head_sha

    sent = await ada.post(f"{ada.repository}/pull/1/commits", {"message": "Fix it", "scene": "green"})
    await ada.player.played()

    assert sent.status == 303
    assert ada.harbour.rust.head_sha != before
    assert ada.rust_run.latest.conclusion == "success"
    assert "Fix it" in (await ada.get(f"{ada.repository}/pull/1")).text


async def test_unknown_scene_is_refused(ada: Visitor) -> None:
    assert (await ada.post(f"{ada.repository}/pull/1/commits", {"scene": "purple"})).status == 422


async def test_failed_jobs_run_again_and_fail_again_when_asked(ada: Visitor) -> None:
    run = ada.rust_run
    path = f"{ada.repository}/actions/runs/{run.id}/rerun"

    await ada.post(path, {"jobs": "failed", "outcome": "fail"})
    await ada.player.played()
    failed = run.latest.conclusion
    await ada.post(path, {"jobs": "all"})
    await ada.player.played()

    assert (failed, run.latest.conclusion, run.latest.number) == ("failure", "success", 3)


async def test_passed_job_can_be_made_to_fail(ada: Visitor) -> None:
    run = next(iter(ada.harbour.repository.runs.values()))
    job = next(job for job in run.latest.jobs if job.conclusion == "success")

    await ada.post(f"{ada.repository}/actions/runs/{run.id}/job/{job.id}/rerun", {"outcome": "fail"})
    await ada.player.played()

    again = next(known for known in run.latest.jobs if known.name == job.name)
    assert again.conclusion == "failure"


async def test_running_workflow_run_is_not_run_again(ada: Visitor) -> None:
    run = ada.rust_run
    run.latest.status = "in_progress"

    assert (await ada.post(f"{ada.repository}/actions/runs/{run.id}/rerun", {})).status == 409


async def test_reader_may_comment_but_not_push_rerun_or_press(ada: Visitor) -> None:
    await ada.act_as("rao")
    run, check = ada.rust_run, _check(ada)
    assert (
        'href="http://127.0.0.1:1/gates/7">Details'
        in (await ada.get(f"{ada.repository}/runs/{check.id}")).text
    )

    refused = [
        await ada.post(f"{ada.repository}/pull/1/commits", {}),
        await ada.post(f"{ada.repository}/actions/runs/{run.id}/rerun", {}),
        await ada.post(f"{ada.repository}/runs/{check.id}/action", {"identifier": "rerun_failed"}),
        await ada.post(f"{ada.repository}/runs/{check.id}/rerequest", {}),
    ]

    assert [shown.status for shown in refused] == [403] * 4
    assert "this needs write" in refused[0].text


async def test_check_run_shows_annotations_and_its_button_asks_the_app(ada: Visitor) -> None:
    check = _check(ada)
    heard: list[Happening] = []
    ada.hub.store.listeners.append(heard.append)

    shown = await ada.get(f"{ada.repository}/runs/{check.id}")
    sent = await ada.post(f"{ada.repository}/runs/{check.id}/action", {"identifier": "rerun_failed"})

    assert "assertion failed: &lt;u&gt;" in shown.text
    assert "/blob/" in shown.text
    assert sent.status == 303
    assert [one.action for one in heard] == ["requested_action"]
    assert heard[0].extra == {"requested_action": {"identifier": "rerun_failed"}}


async def test_button_that_is_not_there_is_refused(ada: Visitor) -> None:
    check = _check(ada)

    sent = await ada.post(f"{ada.repository}/runs/{check.id}/action", {"identifier": "merge"})

    assert sent.status == 409


async def test_check_run_is_asked_for_again(ada: Visitor) -> None:
    check = _check(ada)
    heard: list[Happening] = []
    ada.hub.store.listeners.append(heard.append)

    await ada.post(f"{ada.repository}/runs/{check.id}/rerequest", {})

    assert [one.action for one in heard] == ["rerequested"]


async def test_deployment_and_its_statuses_show(ada: Visitor) -> None:
    repository, store, bot = ada.harbour.repository, ada.hub.store, ada.hub.app.bot
    new = deployments.NewDeployment(
        ref="x", sha=ada.harbour.green.head_sha, environment="staging", creator=bot
    )
    made = deployments.create(store, repository, new)
    status = deployments.NewStatus(
        state="success", creator=bot, description="rolled out", log_url=f"{ada.hub.url}/acme/harbour/actions"
    )
    deployments.add_status(store, repository, made, status)

    for path in ("/deployments", "/pull/3", ""):
        assert "staging" in (await ada.get(ada.repository + path)).text
    shown = await ada.get(f"{ada.repository}/deployments")
    assert "rolled out" in shown.text
    assert 'href="/acme/harbour/actions"' in shown.text


async def test_next_deployment_can_be_made_to_fail(ada: Visitor) -> None:
    await ada.post(
        "/_/deploys", {"outcome": "fail"}, headers={"Referer": f"{ada.hub.url}/acme/harbour/deployments"}
    )

    assert ada.player.deployments == "fail"
    assert '<option value="fail" selected>' in (await ada.get(f"{ada.repository}/deployments")).text


async def test_deliveries_are_listed_and_sent_again(ada: Visitor) -> None:
    ada.hub.set_webhook(f"{ada.hub.url}/_/nowhere")
    await ada.post(f"{ada.repository}/issues/1/comments", {"body": "hello"})
    await ada.hub.settle()
    first = ada.hub.deliveries.listed[0]

    sent = await ada.post(f"/_/deliveries/{first.id}", {})
    await ada.hub.settle()

    assert sent.headers["Location"] == "/_/deliveries"
    again = ada.hub.deliveries.listed[0]
    assert (again.guid, again.redelivery) == (first.guid, True)
    shown = await ada.get("/_/deliveries")
    assert shown.text.count(first.guid) == 2
    assert "issue_comment created (again)" in (await ada.get("/_/bot")).text


async def test_delivery_that_never_was_is_not_found(ada: Visitor) -> None:
    assert (await ada.post("/_/deliveries/1", {})).status == 404


async def test_calls_of_the_app_are_listed(ada: Visitor) -> None:
    await ada.get("/app/installations", headers={"Authorization": "Bearer nonsense"})

    shown = await ada.get("/_/bot")

    assert "/app/installations" in shown.text
    assert ">401<" in shown.text


async def test_unknown_person_is_nobody(ada: Visitor) -> None:
    """Neither a bot nor an invented login can be acted as."""
    await ada.act_as("pilothouse[bot]")

    assert '<option value="amara" selected>' in (await ada.get(ada.repository)).text


async def test_open_page_is_told_of_changes(ada: Visitor) -> None:
    async with ada.session.get(ada.hub.url + "/_/changes") as stream, asyncio.timeout(10):
        await ada.post(f"{ada.repository}/issues/1/comments", {"body": "hello"})

        assert await stream.content.readline() == b"event: changed\n"
