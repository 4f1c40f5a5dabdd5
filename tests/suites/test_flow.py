"""Suites that a person names run once each at the head of the pull request, and their receipt says how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.github.actions import dispatch_workflow
from bot.github.pulls import get_pull
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, pulls, runs
from bot.pack.model import Workflow
from tests.support.bot import log_of
from tests.support.pipeline_runs import site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest

STEPS = ("head 0", "suites 0", "head", "dispatch integration-tests.yml/jepsen-tests", "follower")


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


async def test_an_end_that_nobody_told_of_is_seen_within_minutes(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        (run,) = opened.dispatched
        opened.bot.hub.set_webhook(None)
        await opened.end(run)
        await opened.live(timedelta(minutes=5))
        assert "**succeeded**" in opened.receipts()[0]


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


async def test_a_head_that_moved_before_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path) as opened:

        async def late(repo: RepositoryClient, number: int) -> PullRequest:
            opened.bot.push()
            return await get_pull(repo, number)

        monkeypatch.setattr("bot.suites.flow.get_pull", late)
        said = await opened.say("/test jepsen-tests")
        assert "**refused** · `head_moved`" in said
        assert "[what came in between](" in said
        assert opened.dispatched == []


async def test_a_head_that_moves_while_it_is_dispatched_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub dispatches branches, and the commit that runs is told only afterwards."""
    async with site(tmp_path) as opened:

        async def late(repo: RepositoryClient, *, workflow: str, ref: str, inputs: Mapping[str, str]) -> int:
            opened.bot.push()
            return await dispatch_workflow(repo, workflow=workflow, ref=ref, inputs=inputs)

        monkeypatch.setattr("bot.suites.dispatching.dispatch_workflow", late)
        said = await opened.say("/test jepsen-tests")
        assert "**refused** · `head_moved`" in said
        assert [run.latest.conclusion for run in opened.dispatched] == ["cancelled"]


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


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_dispatches_once(tmp_path: Path, step: str) -> None:
    async with site(tmp_path) as opened:
        opened.bot.engine.crash_in(step)
        await opened.say("/test jepsen-tests")
        await opened.bot.engine.restart()
        await opened.bot.settle()
        (run,) = opened.dispatched
        await opened.end(run)
        assert opened.bot.engine.crashes_due == ()
        assert "**succeeded**" in opened.receipts()[0]


async def test_every_step_twice_does_nothing_twice(tmp_path: Path) -> None:
    async with site(tmp_path, repeat_every_step=True) as opened:
        await opened.say("/test storage-tests jepsen-tests")
        assert len(opened.dispatched) == 2
        for run in opened.dispatched:
            await opened.end(run)
        assert len(opened.receipts()) == 1
        assert "**succeeded**" in opened.receipts()[0]


async def test_a_lost_answer_is_looked_for(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        fault = Fault(kind="drop", method="POST", path="/dispatches$", after=True, count=2)
        opened.bot.hub.faults.add(fault)
        await opened.say("/test meta-tests storage-tests")
        assert [run.inputs["suite"] for run in opened.dispatched] == ["meta-tests", "storage-tests"]
        for run in opened.dispatched:
            await opened.end(run)
        assert "**succeeded**" in opened.receipts()[0]


async def test_a_lost_answer_that_may_be_of_several_runs_is_said_and_not_guessed(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        opened.begin(Workflow.INTEGRATION, branch="feature", event="workflow_dispatch")
        fault = Fault(kind="drop", method="POST", path="/dispatches$", after=True, count=1)
        opened.bot.hub.faults.add(fault)
        said = await opened.say("/test jepsen-tests")
        assert "**failed** · `github_refused`" in said
        assert "it is not known whether it was started" in said
        assert len(opened.dispatched) == 2


async def test_a_workflow_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        for workflow in opened.bot.repository.workflows.values():
            workflow.dispatchable = False
        said = await opened.say("/test jepsen-tests")
        assert "**failed** · `workflow_missing`" in said
        assert "`.github/workflows/integration-tests.yml` must be on the default branch" in said


async def test_a_run_that_never_ends_is_no_longer_followed(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        await opened.live(timedelta(hours=7))
        assert "⌛ `/test jepsen-tests` **expired** · `time_limit`" in opened.receipts()[0]


async def test_one_that_a_person_cancels_is_not_called_failed_by_its_tests(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        runs.cancel(opened.bot.hub.store, opened.dispatched[0])
        await opened.bot.settle()
        assert "**failed** · `workflow_cancelled`" in opened.receipts()[0]


async def test_where_github_forbids_it_nothing_is_called_started(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        opened.bot.hub.faults.add(Fault(kind="status", method="POST", path="/dispatches$", status=403))
        said = await opened.say("/test jepsen-tests")
        assert "**failed** · `github_refused`" in said
        assert "`jepsen-tests`: not started." in said
