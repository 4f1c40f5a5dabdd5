"""`/stats` says what is kept, or why nothing is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts
from bot.pack.model import Workflow
from tests.support.pipeline_runs import FIGURES, POLICY, Site, site

if TYPE_CHECKING:
    from pathlib import Path


async def _run_all(opened: Site) -> None:
    for workflow in (Workflow.BUILD, Workflow.TESTS, Workflow.INTEGRATION):
        run = opened.begin(workflow)
        opened.upload(run, FIGURES if workflow is Workflow.TESTS else {"version": 1})
        await opened.end(run)


async def test_a_pipeline_that_ran_is_told_without_asking_github(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await _run_all(opened)
        opened.bot.calls.clear()
        said = await opened.say("/stats")
        assert "✅ `/stats` **succeeded**" in said
        assert "| `ci-build.yml` | 100 % of 1 | 20 min | 20 min |" in said
        assert "| `tests-all.yml` | 100 % of 1 | 20 min | 20 min | — | 50 % |" in said
        assert "| `unit` | 2,003 | 0 | 3 | — |" in said
        assert "A commit is checked whole in 1 h" in said
        asked = {call.operation for call in opened.bot.calls}
        assert asked - {"apps/create-installation-access-token"} == {
            "reactions/create-for-issue-comment",
            "repos/get-collaborator-permission-level",
            "issues/create-comment",
        }


async def test_one_workflow_is_told_with_its_jobs(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await _run_all(opened)
        said = await opened.say("/stats 30d tests-all")
        assert "| storage-tests | 1 | 5 min | 5 min | 0 % | — |" in said
        assert "ci-build.yml" not in said


async def test_whoever_may_read_may_ask(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        accounts.set_role(opened.bot.repository, opened.bot.hub.store.user("eve"), "read")
        await _run_all(opened)
        assert "**succeeded**" in await opened.say("/stats", by="eve")


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("merge: {}\n", "`pilothouse init` writes one"),
        ("pipeline: 3\n", "The configuration has mistakes"),
        (POLICY + "  metrics: false\n", "says `metrics: false`"),
        (POLICY, "No run of the pipeline's workflows has ended in the last 7 days"),
    ],
)
async def test_where_nothing_is_kept_it_is_said_why(tmp_path: Path, policy: str, why: str) -> None:
    async with site(tmp_path) as opened:
        opened.configure(policy)
        said = await opened.say("/stats")
        assert "**refused** · `nothing_measured`" in said
        assert why in said


async def test_a_workflow_that_did_not_run_is_named(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        await _run_all(opened)
        assert "No run of `release.yml` has ended in the last 7 days" in await opened.say("/stats release")
        opened.bot.clock.advance(timedelta(days=8))
        assert "`nothing_measured`" in await opened.say("/stats")
        assert "| `ci-build.yml` |" in await opened.say("/stats 30d")


async def test_another_word_is_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        assert "Did you mean `/stats tests-all`" in await opened.say("/stats test-all")
