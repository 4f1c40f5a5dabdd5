"""The engine's housekeeping: what nobody executes is said, what ended long ago is forgotten in bulk."""

from __future__ import annotations

import inspect
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from dbos import DBOS
from dbos._queue import queue_worker_thread
from dbos._sys_db import SystemDatabase
from structlog.testing import capture_logs

from bot.engine.durable_keeper import Keeper, Upkeep
from bot.engine.durable_store import DurableStore
from tests.support.stories import LIMITS, Effects, engine_for

if TYPE_CHECKING:
    from pathlib import Path

# An old run with one step, as the library leaves it.
_ENDED = """
with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
insert into workflow_status (workflow_uuid, status, name, created_at, updated_at, priority)
select 'old-' || n, 'SUCCESS', 'steps', 0, 0, 0 from numbers
"""


async def test_twenty_thousand_ended_runs_are_forgotten_while_work_goes_on(tmp_path: Path) -> None:
    async with engine_for(
        f"sqlite:///{tmp_path}/bot.db", Effects(tmp_path / "effects"), limits=LIMITS
    ) as engine:
        with closing(sqlite3.connect(tmp_path / "bot-engine.db", timeout=30)) as connection, connection:
            connection.execute(_ENDED)
        await engine.forget_ended()
        # The engine's own first round may have begun it.
        await engine.forget_ended()
        with closing(sqlite3.connect(tmp_path / "bot-engine.db")) as connection:
            left = connection.execute("select count(*) from workflow_status").fetchone()
    assert left == (0,)


class StuckStore(DurableStore):
    """A store in which a run has begun that nobody executes."""

    def begun_runs(self, executor_id: str) -> set[str]:
        """This function will name two runs."""
        return {f"{executor_id}-lost", f"{executor_id}-new"}


def test_a_begun_run_that_nobody_executes_is_said_once(tmp_path: Path) -> None:
    """Seen once may be a run that is just being handed over; seen twice is stuck."""
    active = {"me-new"}
    keeper = Keeper(
        StuckStore(f"sqlite:///{tmp_path}/bot.db"),
        "me",
        upkeep=Upkeep(lease=timedelta(seconds=1), age=timedelta(days=1), most=1),
        clock=lambda: datetime.now(UTC),
        active=lambda: active,
    )
    with capture_logs() as logs:
        assert keeper.alarm_about_stuck() == set()
        assert keeper.alarm_about_stuck() == {"me-lost"}
        assert keeper.alarm_about_stuck() == {"me-lost"}
    assert [(line["event"], line["run_id"]) for line in logs] == [("run_stuck", "me-lost")]


async def test_the_private_calls_that_we_rely_on_are_still_there(tmp_path: Path) -> None:
    """An upgrade of the engine library that moves them must fail here, not in production."""
    assert list(inspect.signature(queue_worker_thread).parameters) == ["stop_event", "dbos", "queue"]
    assert list(inspect.signature(DBOS._recover_pending_workflows).parameters) == ["executor_ids"]  # noqa: SLF001 - the point
    async with engine_for(f"sqlite:///{tmp_path}/bot.db", Effects(tmp_path / "effects")) as engine:
        waiting = engine._library._sys_db.notifications_map  # noqa: SLF001 - the point
        assert waiting.get("nobody::nothing") is None
    asked = inspect.signature(SystemDatabase.check_operation_execution).parameters
    assert list(asked) == ["self", "workflow_id", "function_id", "function_name", "owner_key"]


@pytest.mark.parametrize("kind", ["PENDING", "ENQUEUED"])
async def test_unfinished_runs_are_never_forgotten(tmp_path: Path, kind: str) -> None:
    store = DurableStore(f"sqlite:///{tmp_path}/bot.db")
    async with engine_for(f"sqlite:///{tmp_path}/bot.db", Effects(tmp_path / "effects")):
        with closing(sqlite3.connect(tmp_path / "bot-engine.db", timeout=30)) as connection, connection:
            connection.execute(
                _ENDED.replace("20000", "3").replace("SUCCESS", kind).replace("'steps'", "'unknown flow'")
            )
        assert store.ended_runs(before_ms=2**60, keep=0, limit=10) == []
        assert store.states(["old-1"]) == {"old-1": kind}
    store.close()
