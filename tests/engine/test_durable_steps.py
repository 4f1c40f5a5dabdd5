"""A run is asked once what it has recorded, and only about steps that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.engine.durable_steps import Recorded
from bot.engine.model import Queue, Start
from tests.support.stories import Effects, Task, engine_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


def test_only_steps_up_to_the_last_recorded_one_are_asked_for() -> None:
    asked: list[str] = []

    def last_step(run_id: str) -> int:
        asked.append(run_id)
        return 2

    recorded = Recorded(last_step)
    recorded.begin("r")
    assert [recorded.may_hold("r", step) for step in (0, 1, 2, 3, 4)] == [True, True, True, False, False]
    assert asked == ["r"]


def test_a_run_of_somebody_else_is_always_asked_for() -> None:
    """Only the process that plays a run knows that nobody else adds to its record."""
    recorded = Recorded(lambda _: -1)
    recorded.begin("ours")
    assert not recorded.may_hold("ours", 0)
    recorded.end("ours")
    assert recorded.may_hold("ours", 0)
    assert recorded.may_hold("theirs", 0)


def test_a_run_that_begins_again_is_asked_again() -> None:
    ends = iter([-1, 5])
    recorded = Recorded(lambda _: next(ends))
    for expected in (False, True):
        recorded.begin("r")
        assert recorded.may_hold("r", 3) is expected


async def test_a_run_asks_the_database_once_and_not_before_every_step(tmp_path: Path) -> None:
    effects = Effects(tmp_path / "effects")
    async with engine_for(f"sqlite:///{tmp_path}/bot.db", effects) as engine:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.startswith("SELECT") and "operation_outputs" in statement:
                asked.append(statement)

        sa.event.listen(engine._store.database, "before_cursor_execute", note)  # noqa: SLF001 - what it sends is the point
        start = Start(flow="steps", run_id="r", request=Task(number=1), partition="a/b#1", queue=Queue.EVENTS)
        await engine.submit([start])
        await until(lambda: effects.has(3))
        await until(lambda: engine.counts["steps", "done"] == 1)
    assert len(asked) == 1
