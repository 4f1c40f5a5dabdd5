"""Suites that a person names run once each at the head of the pull request, and their receipt says how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, pulls, runs
from bot.pack.model import Workflow
from tests.support.bot import log_of
from tests.support.pipeline_runs import site

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_suite_is_dispatched_at_the_head_and_followed_to_its_end(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        waiting = await opened.say("/test jepsen-tests")
        (run,) = opened.dispatched
        assert run.inputs == {"sha": opened.bot.pull.head_sha, "suite": "jepsen-tests"}
        assert (run.workflow.path, run.head_branch) == (".github/workflows/integration-tests.yml", "feature")
        assert "🔄 `/test jepsen-tests` **running** · `workflow_running`" in waiting
        assert "[queued](http" in waiting
        runs.add_job(opened.bot.hub.store, run, "jepsen-tests")
        await opened.end(run)
        (ended,) = opened.receipts()
        assert "✅ `/test jepsen-tests` **succeeded** · `done`" in ended
        assert f"/actions/runs/{run.id})" in ended


async def test_the_end_is_heard_and_not_waited_for(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        (run,) = opened.dispatched
        opened.bot.calls.clear()
        await opened.end(run, after=timedelta(seconds=1))
        assert "**succeeded**" in opened.receipts()[0]
        looks = [call for call in opened.bot.calls if call.operation == "actions/get-workflow-run"]
        assert len(looks) == 1


async def test_without_a_name_both_workflows_run_whole_and_the_rest_of_the_comment_waits(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test\n/ping")
        assert [run.inputs["suite"] for run in opened.dispatched] == ["", ""]
        first, second = opened.dispatched
        await opened.end(second)
        assert len(opened.receipts()) == 1
        await opened.end(first)
        assert "pong" in opened.receipts()[-1]


async def test_what_failed_is_named_with_its_jobs(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test storage-tests meta-tests\n/ping")
        red, green = opened.dispatched
        store, log = opened.bot.hub.store, log_of("pr-rust-test-petgraph-uf")
        runs.finish_job(store, runs.add_job(store, red, "storage-tests"), "failure", log=log)
        runs.add_job(store, red, "tests-all (storage-tests)")
        await opened.end(green)
        await opened.end(red, "failure")
        (said,) = opened.receipts()
        assert "❌ `/test storage-tests meta-tests` **failed** · `workflow_failed`" in said
        assert "- `storage-tests`: [failure](" in said
        assert "  - [storage-tests](" in said
        assert "    - test: `" in said
        assert "in `uf_test_with_equiv`" in said
        assert "tests/unionfind.rs" in said
        assert "[tests-all" not in said
        assert "- `meta-tests`: [success](" in said
        assert "Not carried out because of this: `/ping`." in said


async def test_a_question_mark_lists_what_there_is(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        said = await opened.say("/test ?")
        assert opened.dispatched == []
        assert "| `jepsen-tests` | `integration-tests.yml` | `jepsen` | 1h |" in said
        assert said.index("all-tests") < said.index("storage-tests") < said.index("fault-recovery")


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("/test jepsen-test", "unknown_suite", "Did you mean `/test jepsen-tests`"),
        ("/test @nobody", "unknown_suite", "`/test ?` lists what there is"),
    ],
)
async def test_a_name_that_does_not_exist_starts_nothing(
    tmp_path: Path, text: str, reason: str, words: str
) -> None:
    async with site(tmp_path) as opened:
        said = await opened.say(text)
        assert f"**refused** · `{reason}`" in said
        assert words in said
        assert opened.dispatched == []


@pytest.mark.parametrize(
    ("policy", "reason"),
    [("merge: {}\n", "pipeline_missing"), ("pipeline: {projects: 3}\n", "configuration_invalid")],
)
async def test_without_a_pipeline_there_is_nothing_to_name(tmp_path: Path, policy: str, reason: str) -> None:
    async with site(tmp_path) as opened:
        opened.configure(policy)
        assert f"**refused** · `{reason}`" in await opened.say("/test")


async def test_a_fork_is_refused_with_why(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        store, bot = opened.bot.hub.store, opened.bot
        mallory = store.user("mallory")
        fork = accounts.fork(store, bot.repository, owner=mallory)
        git.push(store, fork, "evil", files={"a": "1"}, message="Mine", author=mallory)
        pull = pulls.open_pull(
            store, bot.repository, title="Mine", head="evil", author=mallory, head_repository=fork
        )
        said = await opened.say("/test", number=pull.number)
        assert "**refused** · `fork_refused`" in said
        assert "can push the commits to a branch of this repository" in said
        assert opened.dispatched == []


async def test_someone_who_may_not_write_starts_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        accounts.set_role(opened.bot.repository, opened.bot.hub.store.user("bob"), "triage")
        assert "`not_permitted`" in await opened.say("/test", by="bob")


async def test_what_runs_can_be_stopped_and_nothing_else_is(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        other = opened.begin(Workflow.TESTS, branch="feature", event="workflow_dispatch")
        assert "`nothing_to_cancel`" in await opened.say("/test stop")
        await opened.say("/test storage-tests jepsen-tests")
        done, under_way = [run for run in opened.dispatched if run is not other]
        await opened.end(done)
        said = await opened.say("/test stop")
        assert "✅ `/test stop` **succeeded**" in said
        assert said.count("/actions/runs/") == 1
        assert (under_way.latest.conclusion, other.latest.status) == ("cancelled", "queued")
        assert "**failed** · `workflow_cancelled`" in opened.receipts()[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/plan test jepsen-tests", "✅ `suites` — To be started at"),
        ("/plan test jepsen", "❌ **`suites`** — No job of the test workflows is named `jepsen`"),
        ("/plan test stop", "It would be carried out now"),
    ],
)
async def test_a_dry_run_starts_nothing(tmp_path: Path, text: str, words: str) -> None:
    async with site(tmp_path) as opened:
        assert words in await opened.say(text)
        assert opened.dispatched == []


async def test_one_that_a_person_cancels_is_not_called_failed_by_its_tests(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        runs.cancel(opened.bot.hub.store, opened.dispatched[0])
        await opened.bot.settle()
        assert "**failed** · `workflow_cancelled`" in opened.receipts()[0]
