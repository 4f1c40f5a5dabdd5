"""Green runs of the default branch teach the reader, seldom and in little room."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.diagnosis.choice.templates import fold
from bot.diagnosis.template_store import LEARN_EVERY, known_templates
from bot.github.models import RepositoryRef
from bot.localhub.state import runs
from bot.storage.tables import job_results
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOG = (
    b"2026-11-22T10:00:00.0000000Z ##[group]Run cargo test\n"
    b"2026-11-22T10:00:00.1000000Z ##[endgroup]\n"
    b"2026-11-22T10:00:00.2000000Z Cache hit for: cargo-3f2a\n"
    b"2026-11-22T10:00:01.0000000Z error: this one is always printed\n"
    b"2026-11-22T10:00:02.0000000Z test result: ok. 41 passed; 0 failed; 1 ignored; "
    b"0 measured; 0 filtered out; finished in 0.25s\n"
)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


def pass_ci(bot: Bot, *, branch: str = "main", log: bytes = LOG) -> None:
    store = bot.hub.store
    workflow = runs.workflow_of(store, bot.repository, "ci.yml", name="CI")
    new = runs.NewRun(
        head_sha=bot.repository.branches[branch], head_branch=branch, actor=bot.ada, event="push"
    )
    run = runs.start_run(store, bot.repository, workflow, new, jobs={"test": None})
    for job in run.latest.jobs:
        runs.finish_job(store, job, "success", log=log)
    runs.finish_run(store, run)


def downloads(bot: Bot) -> int:
    return sum(call.operation == "actions/download-job-logs-for-workflow-run" for call in bot.calls)


async def test_a_green_run_of_the_default_branch_teaches(bot: Bot) -> None:
    pass_ci(bot)
    await bot.settle()
    known = await known_templates(bot.database, bot.ref, "CI")
    assert known.logs == 1
    assert known.knows(fold("error: this one is always printed"))
    query = select(job_results.c.tests_ran, job_results.c.caches_hit, job_results.c.job)
    rows = await bot.database.read(lambda connection: connection.execute(query).all())
    assert [tuple(row) for row in rows] == [(41, 1, "test")]


async def test_the_next_green_run_is_read_only_after_a_while(bot: Bot) -> None:
    pass_ci(bot)
    await bot.settle()
    pass_ci(bot)
    await bot.settle()
    assert downloads(bot) == 1
    bot.clock.advance(LEARN_EVERY + timedelta(seconds=1))
    pass_ci(bot)
    await bot.settle()
    assert downloads(bot) == 2
    assert (await known_templates(bot.database, bot.ref, "CI")).logs == 2


async def test_a_branch_teaches_nothing(bot: Bot) -> None:
    pass_ci(bot, branch="feature")
    await bot.settle()
    assert downloads(bot) == 0
    assert (await known_templates(bot.database, bot.ref, "CI")).logs == 0


async def test_another_repository_knows_nothing_of_it(bot: Bot) -> None:
    pass_ci(bot)
    await bot.settle()
    other = RepositoryRef(installation_id=bot.ref.installation_id, id=bot.ref.id + 1, full_name="octo/other")
    assert (await known_templates(bot.database, other, "CI")).logs == 0


async def test_a_log_that_is_gone_teaches_nothing_and_stops_nothing(bot: Bot) -> None:
    store = bot.hub.store
    workflow = runs.workflow_of(store, bot.repository, "ci.yml", name="CI")
    new = runs.NewRun(
        head_sha=bot.repository.branches["main"], head_branch="main", actor=bot.ada, event="push"
    )
    run = runs.start_run(store, bot.repository, workflow, new, jobs={"test": None})
    for job in run.latest.jobs:
        runs.finish_job(store, job, "success", log=LOG)
        job.log_expired = True
    runs.finish_run(store, run)
    await bot.settle()
    assert (await known_templates(bot.database, bot.ref, "CI")).logs == 0
    query = select(job_results.c.passed)
    assert await bot.database.read(lambda connection: connection.execute(query).scalars().all()) == [True]
