"""New code takes over while runs wait and other workers still have the old code."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.engine.durable import Engine
from bot.engine.model import Queue, Signal, Start
from bot.engine.repertoire import Repertoire
from tests.support.stories import LIMITS, Effects, Task, engine_for, flows
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both kinds of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'pilothouse.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def effects(tmp_path: Path) -> Effects:
    return Effects(tmp_path / "effects")


def start(run_id: str, flow: str = "amended") -> Start:
    return Start(flow=flow, run_id=run_id, request=Task(number=1), partition=run_id, queue=Queue.DEPLOYMENTS)


def approve(run_id: str) -> Signal:
    return Signal(run_id=run_id, topic="approval", message="ann", key="k")


async def ended(engine: Engine, run_id: str) -> bool:
    return not await engine.unfinished([run_id])


def told(effects: Effects, run_id: str) -> list[str]:
    return [line[0] for line in effects.lines() if line[1] == run_id]


async def test_a_run_that_waits_through_an_upgrade_ends_on_the_way_that_it_began(
    url: str, effects: Effects
) -> None:
    """What it did stays done in its order; what lies ahead of it is the new way; nobody is stranded."""
    async with engine_for(url, effects, version="1") as engine:
        await engine.submit([start("old")])
        await until(partial(effects.has, 1))
    async with engine_for(url, effects, version="2") as engine:
        await engine.submit([start("new")])
        await until(lambda: told(effects, "new") == ["ask", "look"])
    async with engine_for(url, effects, version="2") as engine:  # and replays the new way too
        await engine.submit([approve("old"), approve("new")])
        for run_id in ("old", "new"):
            await until(partial(ended, engine, run_id))
            assert await engine.state_of(run_id) == "done"
    assert told(effects, "new") == ["ask", "look", "looked", "apply"]
    assert told(effects, "old") == ["ask", "looked", "apply"]


async def test_a_run_of_a_flow_that_an_old_worker_does_not_know_waits_for_a_new_one(
    url: str, effects: Effects
) -> None:
    """New workers start what old ones never heard of; whoever takes it first, it is done, once."""
    known = flows(effects, "2")
    old = Engine(
        url,
        [flow for flow in known if flow.name != "amended"],
        clock=lambda: datetime.now(UTC),
        limits=LIMITS,
    )
    async with old as engine:
        # As a new worker beside it would have written it down.
        engine._flows = Repertoire(known)  # noqa: SLF001 - see above
        await engine.submit([start("unknown")])
        await engine.submit([Start(flow="steps", run_id="known", request=Task(number=2), partition="k")])
        await until(partial(ended, engine, "known"))  # the old worker goes on with what it knows
        assert not await ended(engine, "unknown")
    async with engine_for(url, effects, version="2") as engine:
        await engine.submit([approve("unknown")])
        await until(partial(ended, engine, "unknown"))
        assert await engine.state_of("unknown") == "done"
    assert told(effects, "unknown") == ["ask", "look", "looked", "apply"]
