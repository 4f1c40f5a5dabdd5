"""Whatever goes wrong while suites run: each is started once, and what is not known is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.github.actions import dispatch_workflow
from bot.github.pulls import get_pull
from bot.localhub.faults import Fault
from bot.localhub.state import issues
from bot.pack.model import Workflow
from tests.support.pipeline_runs import site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest

pytestmark = pytest.mark.no_cover

STEPS = ("head 0", "suites 0", "head", "dispatch integration-tests.yml/jepsen-tests", "follower")


async def test_an_end_that_nobody_told_of_is_seen_within_minutes(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        (run,) = opened.dispatched
        opened.bot.hub.set_webhook(None)
        await opened.end(run)
        await opened.live(timedelta(minutes=5))
        assert "**succeeded**" in opened.receipts()[0]


async def test_a_head_that_moved_before_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path) as opened:

        async def late(repo: RepositoryClient, number: int) -> PullRequest:
            opened.bot.push()
            return await get_pull(repo, number)

        monkeypatch.setattr("bot.suites.looking.get_pull", late)
        said = await opened.say("/test jepsen-tests")
        assert "**refused** · `head_moved`" in said
        assert "[what came in between](" in said
        assert opened.dispatched == []


async def test_a_commit_that_was_pushed_before_the_words_were_read_is_refused(tmp_path: Path) -> None:
    """Somebody was waiting for those words: https://github.com/rhinstaller/anaconda/pull/7250 tells how."""
    async with site(tmp_path) as opened:
        store, bot = opened.bot.hub.store, opened.bot
        issues.write_comment(
            store, bot.repository, bot.pull.number, body="/test jepsen-tests", author=bot.ada
        )
        bot.clock.advance(timedelta(seconds=5))
        bot.push(content="a back door")
        bot.ci({"build": None})
        await bot.settle()
        (said,) = opened.receipts()
        assert "**refused** · `head_moved`" in said
        assert "was pushed after the command was written" in said
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


async def test_what_ended_by_itself_in_the_meantime_is_not_called_stopped(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await opened.say("/test jepsen-tests")
        opened.bot.hub.faults.add(Fault(kind="status", path="/cancel$", status=409))
        assert "Everything had ended by itself" in await opened.say("/test stop")


async def test_a_look_that_fails_is_repeated(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        fault = Fault(kind="status", method="GET", path=r"/actions/runs/\d+$", status=403, count=1)
        opened.bot.hub.faults.add(fault)
        assert "- `jepsen-tests`: started" in await opened.say("/test jepsen-tests")
        await opened.end(opened.dispatched[0])
        assert "**succeeded**" in opened.receipts()[0]


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


async def test_where_github_forbids_it_nothing_is_called_started(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        opened.bot.hub.faults.add(Fault(kind="status", method="POST", path="/dispatches$", status=403))
        said = await opened.say("/test jepsen-tests")
        assert "**failed** · `github_refused`" in said
        assert "`jepsen-tests`: not started." in said
