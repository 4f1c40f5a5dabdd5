"""A cluster that the repository's workflow makes: dispatched once, followed to its end, told as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.costs.cluster.model import ClusterState
from bot.localhub.faults import Fault
from bot.localhub.state import git
from tests.support.clusters import BY_WORKFLOW, yard

if TYPE_CHECKING:
    from pathlib import Path


async def test_it_is_brought_up_and_ended_by_its_workflow(tmp_path: Path) -> None:
    """No AWS is needed for that: what it costs is then not known."""
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        waiting = await site.say("/cluster up 3")
        assert "🔄 `/cluster up 3` **running**" in waiting
        (up,) = site.dispatched
        assert up.inputs == {"action": "up", "nodes": "3"}
        assert f"/actions/runs/{up.id}" in waiting
        assert "cluster_busy" not in await site.say("/cluster status")
        await site.end_run(up)
        first = site.receipts()[0]
        assert "✅ `/cluster up 3` **succeeded**" in first
        assert "has ended well" in first
        assert "unpriced" in first
        await site.say("/cluster down")
        down = site.dispatched[-1]
        assert down.inputs == {"action": "down", "nodes": "3"}
        await site.end_run(down)
        assert "is down by [its workflow run]" in site.receipts()[-1]
        assert (await site.cluster()).state is ClusterState.DOWN
        assert site.world.count() == {}


async def test_what_is_left_of_the_comment_waits_for_its_end(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        await site.say("/cluster up\n/ping")
        assert len(site.receipts()) == 1
        (up,) = site.dispatched
        assert up.inputs == {"action": "up", "nodes": "5"}  # the configured number
        await site.end_run(up)
        assert "pong" in site.receipts()[-1]


async def test_a_run_that_does_not_end_well_may_have_left_machines(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        await site.say("/cluster up\n/ping")
        await site.end_run(site.dispatched[0], "timed_out")
        told = site.receipts()[-1]
        assert "**failed** · `workflow_failed`" in told
        assert "machines may run" in told
        assert "Not carried out because of this: `/ping`" in told
        assert (await site.cluster()).state is ClusterState.UNCLEAR
        assert "`cluster_up`" in await site.say("/cluster up")
        await site.say("/cluster down")
        await site.end_run(site.dispatched[-1], "failure")
        assert (await site.cluster()).state is ClusterState.UNCLEAR


async def test_whoever_ends_it_while_it_rises_need_not_wait(tmp_path: Path) -> None:
    """The run that brings it up is cancelled, and only when it has ended the other begins."""
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        await site.say("/cluster up")
        await site.say("/cluster down")
        await site.live(timedelta(minutes=2))
        up, down = site.dispatched
        assert up.latest.conclusion == "cancelled"
        await site.end_run(down)
        first, last = site.receipts()
        assert "**failed** · `cancelled`" in first
        assert "**succeeded**" in last
        assert (await site.cluster()).state is ClusterState.DOWN


async def test_a_run_that_does_not_end_is_cancelled(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        await site.say("/cluster up")
        await site.live(timedelta(minutes=62))
        assert "**failed** · `time_limit`" in site.receipts()[-1]
        assert site.dispatched[0].latest.conclusion == "cancelled"
        assert (await site.cluster()).state is ClusterState.UNCLEAR


@pytest.mark.parametrize("step", ["rising", "dispatch up", "look", "risen"])
async def test_a_crash_at_any_step_dispatches_once(tmp_path: Path, step: str) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        if step == "risen":
            await site.say("/cluster up")
            site.bot.engine.crash_in(step)
        else:
            await site.say_and_die("/cluster up", after=step)
        (up,) = site.dispatched
        await site.end_run(up)
        await site.bot.engine.restart()
        await site.bot.settle()
        assert len(site.dispatched) == 1
        assert "**succeeded**" in site.receipts()[-1]


async def test_a_lost_answer_is_looked_for(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        site.bot.hub.faults.add(Fault(kind="drop", method="POST", path="/dispatches$", after=True, count=1))
        await site.say("/cluster up")
        (up,) = site.dispatched
        await site.end_run(up)
        assert "**succeeded**" in site.receipts()[-1]


async def test_a_workflow_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        text = BY_WORKFLOW + "    workflow: fleet.yml\n"
        site.configure(text)
        told = await site.say("/cluster up")
        assert "no workflow fleet.yml on the branch main" in told
        assert (await site.cluster()).state is ClusterState.DOWN
        assert "cluster_down" in await site.say("/cluster down")


async def test_without_a_cluster_it_says_what_is_missing(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        store, ada = site.bot.hub.store, site.bot.ada
        for text, reason in (
            ("costs:\n  limit: 100\n", "no_cluster"),
            ("version: 1\n", "no_cluster"),
            ("costs:\n  limit: -1\n", "configuration_invalid"),
        ):
            files = {".github/pilothouse.yml": text}
            git.push(store, site.bot.repository, "main", files=files, message="Costs", author=ada)
            for asked in ("/cluster up", "/cluster keep 2h", "/cluster status"):
                assert f"**refused** · `{reason}`" in await site.say(asked)


WRONG = (
    ("/cluster dance", "parameter_invalid"),
    ("/cluster up five", "parameter_invalid"),
    ("/cluster up ٣", "parameter_invalid"),
    ("/cluster up 0", "parameter_invalid"),
    ("/cluster up --for soon", "time_invalid"),
    ("/cluster down 3", "too_many_arguments"),
    ("/cluster status --for 2h", "too_many_arguments"),
    ("/cluster keep", "time_invalid"),
    ("/cluster keep 2x", "time_invalid"),
    ("/cluster keep 2h", "cluster_down"),
)


async def test_what_is_typed_wrongly_is_said_and_nothing_is_done(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        for asked, reason in WRONG:
            assert f"**refused** · `{reason}`" in await site.say(asked), asked
        assert "parameter_invalid" in await site.say("/plan cluster up five")
        assert "nothing is held against that" in await site.say("/plan cluster down")
        assert "It would be carried out now" in await site.say("/plan cluster up")
        assert site.dispatched == []


async def test_without_an_account_its_machines_are_not_known(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(BY_WORKFLOW.replace('accounts: [{id: "111111111111"}]', "accounts: []"))
        assert "names no AWS account" in await site.say("/cluster status")


async def test_github_that_refuses_the_dispatch_leaves_it_as_it_was(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        await site.say("/cluster up")
        await site.end_run(site.dispatched[0])
        site.bot.hub.faults.add(Fault(kind="status", method="POST", path="/dispatches$", status=422))
        assert "**failed** · `github_refused`" in await site.say("/cluster down")
        assert (await site.cluster()).state is ClusterState.UNCLEAR


async def test_github_that_does_not_tell_how_a_run_stands_is_asked_again(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        fault = Fault(kind="status", path=r"/actions/runs/\d+$", status=403)
        site.bot.hub.faults.add(fault)
        await site.say("/cluster up")
        site.bot.hub.faults.clear()
        await site.end_run(site.dispatched[0])
        assert "**succeeded**" in site.receipts()[-1]


async def test_who_may_only_read_looks_and_changes_nothing(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(BY_WORKFLOW)
        for asked in ("/cluster up", "/cluster down", "/cluster keep 1h"):
            assert "not_permitted" in await site.say(asked, by="eve")
        assert "The cluster is `down`" in await site.say("/cluster", by="eve")
        assert site.dispatched == []
