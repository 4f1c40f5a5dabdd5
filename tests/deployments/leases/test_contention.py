"""Two processes on PostgreSQL contend for one environment: never two holders, each in its turn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, select

from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.storage.database import Database
from bot.storage.trust_tables import lease_queue
from tests.support.errands import Errand, errand_engine, errand_process
from tests.support.stories import Effects
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]

DEPLOYMENTS = 1000 if os.environ.get("PILOTHOUSE_TEST_SOAK") else 200
SHARE = DEPLOYMENTS * 11 // 20  # so that one process cannot have them all
pytestmark = [pytest.mark.postgres, pytest.mark.timeout(4 * DEPLOYMENTS), pytest.mark.no_cover]


def queue(url: str) -> list[str]:
    """Who waits, in the order of arrival."""
    engine = create_engine(Database(url).url)
    with engine.connect() as connection:
        names = (
            connection.execute(select(lease_queue.c.run_id).order_by(lease_queue.c.sequence)).scalars().all()
        )
    engine.dispose()
    return list(names)


async def test_two_hundred_deployments_never_meet_and_go_in_the_order_of_arrival(
    postgres_url: str, tmp_path: Path
) -> None:
    """One of the processes is killed half-way; the other goes on with what it left."""
    effects = Effects(tmp_path / "effects")
    async with errand_engine(postgres_url, effects, name="here", most=SHARE) as engine:
        await engine.submit([Errand(name="gate").start()])  # it has the environment until all have come
        await until(lambda: effects.has(1))
        async with errand_process(postgres_url, effects, name="there", most=SHARE):
            await engine.submit([Errand(name=f"d{n:04}", pause_ms=1).start() for n in range(DEPLOYMENTS)])
            await until(lambda: len(queue(postgres_url)) == DEPLOYMENTS, within=DEPLOYMENTS)
            arrived = queue(postgres_url)
            news = News(about=About.PROMOTE)
            await engine.submit([Signal(run_id="gate", topic=NEWS, message=news, key="go")])
            await until(lambda: effects.has(DEPLOYMENTS), within=2 * DEPLOYMENTS)
        await until(lambda: left(effects) == {"gate", *arrived}, within=2 * DEPLOYMENTS)
    lines = effects.lines()
    assert holders(lines) == ["gate", *arrived]
    tokens = {name: int(token) for kind, name, token, _ in lines if kind == "enter"}
    assert [tokens[name] for name in arrived] == list(range(2, DEPLOYMENTS + 2))
    assert {line[3] for line in lines} == {"here", "there"}  # both took part
    assert queue(postgres_url) == []


def left(effects: Effects) -> set[str]:
    """Who has given the environment back."""
    return {name for kind, name, *_ in effects.lines() if kind == "leave"}


def holders(lines: list[list[str]]) -> list[str]:
    """Who had the environment, in order; it fails where two had it at once."""
    order: list[str] = []
    inside = ""
    for kind, name, *_ in lines:
        if kind == "enter":
            assert inside in {"", name}, f"{name} came in while {inside} was there"
            inside = name
            order += [name] if name not in order else []  # a killed process comes in once more
        else:
            assert order[-1] == name, f"{name} left after {order[-1]} had come"
            inside = ""
    return order
