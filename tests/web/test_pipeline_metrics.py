"""What a scrape is told of pipelines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.pack.model import Workflow
from bot.stats.store import keep_run, runs_since
from bot.storage.database import Database
from bot.web.operator_metrics import OperatorMetrics
from bot.web.pipeline.metrics import GAUGES, pipeline_gauges
from tests.support.clock import Clock
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.pipeline_samples import pipeline_run, save_pipeline
from tests.support.web import running_web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Tables of this test's own."""
    made = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    made.open()
    yield made
    made.close()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """The same on a server."""
    made = Database(postgres_url)
    made.open()
    yield made
    made.close()


async def _told(database: Database, now: datetime = NOON) -> dict[tuple[str, ...], float]:
    """Each value by its gauge and its labels beside the repository."""
    families = await database.read(lambda connection: pipeline_gauges(connection, now))
    samples = [(family.name, sample) for family in families for sample in family.samples]
    assert {sample.labels["repository"] for _, sample in samples} <= {REPOSITORY.full_name}
    return {
        (name, *(value for label, value in sample.labels.items() if label != "repository")): sample.value
        for name, sample in samples
    }


async def test_it_is_told_how_a_pipeline_does(database: Database) -> None:
    await save_pipeline(database, NOON)
    nightly = replace(
        pipeline_run(Workflow.TESTS, ended_at=NOON - timedelta(hours=11)), event="schedule", run_id=1
    )
    await database.write(lambda connection: keep_run(connection, nightly))

    told = await _told(database)

    assert {name for name, *_ in told} == set(GAUGES)
    assert told["pilothouse_pipeline_tests", "unit", "passed"] == 2004
    assert told["pilothouse_pipeline_tests", "integration", "failed"] == 1
    assert told["pilothouse_pipeline_runs", "tests-all.yml", "failure"] == 2
    usual = told["pilothouse_pipeline_duration_seconds", "ci-build.yml", "0.5"]
    assert usual > 1.2 * told["pilothouse_pipeline_before_seconds", "ci-build.yml"]
    assert usual < told["pilothouse_pipeline_duration_seconds", "ci-build.yml", "0.9"]
    assert told["pilothouse_pipeline_cache_hit_ratio", "ci-build.yml"] == pytest.approx(0.818, abs=0.001)
    assert told["pilothouse_pipeline_run_timestamp_seconds", "ci-build.yml"] == NOON.timestamp()
    assert (
        told["pilothouse_pipeline_nightly_timestamp_seconds", "tests-all.yml"] == nightly.ended_at.timestamp()
    )
    assert told["pilothouse_pipeline_unread_runs",] == 1
    assert ("pilothouse_pipeline_run_timestamp_seconds", "release.yml") not in told  # of a tag


async def test_what_is_read_of_weeks_is_read_every_few_minutes(tmp_path: Path, database: Database) -> None:
    clock = Clock(NOON)
    metrics = OperatorMetrics(token="token", open_database=lambda: Database(str(database.url)), clock=clock)
    async with running_web(tmp_path, extend=metrics.add_to) as web:

        async def told() -> str:
            async with web.session.get("/metrics", headers={"Authorization": "Bearer token"}) as response:
                return await response.text()

        line = f'pilothouse_pipeline_unread_runs{{repository="{REPOSITORY.full_name}"}} 1.0'
        assert line not in await told()
        await save_pipeline(database, NOON)
        assert line not in await told()
        clock.advance(timedelta(minutes=5))
        assert line in await told()


async def test_what_is_not_known_is_not_told_as_nothing(database: Database) -> None:
    red = replace(pipeline_run(), conclusion="failure")
    await database.write(lambda connection: keep_run(connection, red))

    assert {name for name, *_ in await _told(database)} == {
        "pilothouse_pipeline_runs",
        "pilothouse_pipeline_run_timestamp_seconds",
        "pilothouse_pipeline_unread_runs",
    }
    assert await _told(database, NOON + timedelta(days=8)) == {}


@pytest.mark.postgres
async def test_a_server_keeps_and_tells_the_same(database: Database, postgres: Database) -> None:
    for one in (database, postgres):
        await save_pipeline(one, NOON)
        await save_pipeline(one, NOON)  # what is kept already is not kept twice
    kept = [
        await one.read(lambda connection: runs_since(connection, REPOSITORY.id, NOON - timedelta(days=60)))
        for one in (database, postgres)
    ]
    assert kept[0] == kept[1]
    assert await _told(postgres) == await _told(database)
