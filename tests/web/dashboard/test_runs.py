"""How runs stand, as a process without the engine library reads it in the tables of the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Start
from bot.storage.database import Database
from bot.web.dashboard.deliveries.runs import standings_of
from tests.support.stories import Effects, Task, engine_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/odd %20name.db"
    return str(request.getfixturevalue("postgres_url"))


def start(run_id: str, flow: str) -> Start:
    return Start(flow=flow, run_id=run_id, request=Task(number=7), partition=run_id)


async def test_the_engine_s_own_tables_tell_how_runs_stand(url: str, tmp_path: Path) -> None:
    """A change of the engine library's tables shows here, not on a page."""
    database, effects = Database(url), Effects(tmp_path / "effects")
    try:
        assert await standings_of(database, ["done"]) == {}
        assert await standings_of(database, []) == {}
        async with engine_for(url, effects) as engine:
            runs = {"done": "steps", "waits": "approval", "failed": "broken"}
            await engine.submit([start(run_id, flow) for run_id, flow in runs.items()])
            await until(lambda: engine.counts["steps", "done"] == engine.counts["broken", "failed"] == 1)
            await until(lambda: any(line[1] == "waits" for line in effects.lines()))

            async def is_over() -> bool:
                found = await standings_of(database, runs)
                return found["done"].is_over and found["failed"].is_over

            await until(is_over)
            found = await standings_of(database, [*runs, "never", "'; drop table workflow_status --"])
        assert found.keys() == runs.keys()
        assert {run_id: one.flow for run_id, one in found.items()} == runs
        assert {run_id: one.word for run_id, one in found.items()} == {
            "done": ("good", "Done"),
            "waits": ("wait", "Running"),
            "failed": ("bad", "Failed"),
        }
        assert not found["waits"].is_over
        assert found["failed"].error == "RuntimeError: broken 7"
        assert found["done"].error == ""
        assert found["done"].moved_at >= found["done"].began_at
    finally:
        database.close()
