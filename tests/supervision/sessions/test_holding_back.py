"""Nothing is started where it may not be: the host does not answer, the budget is frozen, it runs already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Mode, Stage
from bot.config.costing import CostConfig
from bot.costs.store.budgets import budget_of, keep_budget, save_budget
from bot.decisions.store import concluded, newest
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Unknown
from bot.supervision.keeping.store import supervision_of
from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.orders import Beginning, Place
from bot.supervision.sessions.starting import begin
from tests.support.driving_hosts import WAYS
from tests.support.sessions import need_tmux
from tests.support.watching import TICK, Watched, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.config.agents import AgentConfig
    from bot.supervision.hosts.model import Order

pytestmark = pytest.mark.no_cover

S = SessionState


@pytest.fixture(params=WAYS)
async def seen(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    """An agent that gets on, on a host reached in one of the ways."""
    need_tmux()
    async with watched(tmp_path, request.param) as made:
        await made.configure("A1")
        await made.works()
        assert await made.tick() == {"A1": S.HEALTHY}
        yield made


async def test_nothing_is_started_where_it_may_not_be(seen: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host does not answer; the budget is frozen until the new day; somebody else has started it meanwhile."""
    await _unknown(seen, monkeypatch)
    await _frozen(seen)
    await _started_meanwhile(seen)


async def _unknown(seen: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done on what is not known; what died meanwhile is found when the host answers again."""

    async def away(_host: LocalHost, _order: Order) -> Unknown:
        return Unknown(why="no route to host")

    with monkeypatch.context() as line:
        if seen.world is None:
            line.setattr(LocalHost, "run", away)
        else:
            line.setattr(seen.world.remote, "managed", {})
        assert await seen.tick() == {"A1": S.UNKNOWN}
        await seen.agents["A1"].end("1")
        assert await seen.tick() == {"A1": S.UNKNOWN}
        row = (await seen.rows())["A1"]
        assert row.text.startswith("Its host did not say")
        assert row.probed_at is not None
        assert seen.bot.clock() - row.probed_at >= 2 * TICK
        assert await _why(seen) == "host_unreachable"
        assert seen.issues() == []
        await seen.tick(timedelta(minutes=30))
        await seen.tick()
        (issue,) = seen.issues()
        assert issue.title == "Nothing is known of agent A1"
    assert await seen.tick() == {"A1": S.STARTING}
    assert await seen.happened("A1") == ["started", "proven", "died", "started"]
    await seen.works()
    assert await seen.tick() == {"A1": S.HEALTHY}
    assert issue.state == "closed"


async def _frozen(seen: Watched) -> None:
    await seen.bot.database.write(lambda rows: _freeze(rows, seen))
    await seen.agents["A1"].end("KILL")
    assert await seen.tick() == {"A1": S.DEAD}
    assert await _why(seen) == "budget_frozen"
    assert len(seen.agents["A1"].starts) == 2
    assert await seen.tick(timedelta(days=1)) == {"A1": S.STARTING}
    await seen.agents["A1"].works()


async def _started_meanwhile(seen: Watched) -> None:
    """Between the second look and the start there is time for that."""
    agent = seen.agents["A1"]
    await agent.end("1")
    seen.sessions.run("respawn-pane", "-t", "=A1:", f"sh {seen.script} {agent.folder}")
    await agent.works()
    place = Place(
        repository_id=seen.bot.ref.id,
        name="A1",
        agent=await _config(seen),
        process=(await seen.rows())["A1"].process,
    )
    begun = await begin(LocalHost(), place, Beginning(key="another", command="false"))
    assert begun.is_begun
    assert begun.process is not None
    assert begun.process.pid == agent.shell
    assert len(agent.starts) == 4


def _freeze(rows: Connection, seen: Watched) -> None:
    now = seen.bot.clock()
    keep_budget(rows, seen.bot.ref, CostConfig(), now=now)
    budget = budget_of(rows, seen.bot.ref.id)
    assert budget is not None
    save_budget(rows, replace(budget, stage=Stage.FROZEN, mode=Mode.ENFORCE, day=now.date()))


async def _config(seen: Watched) -> AgentConfig:
    found = await seen.bot.database.read(lambda rows: supervision_of(rows, seen.bot.ref.id))
    assert found is not None
    return found.supervised.agents["A1"]


async def _why(seen: Watched) -> str:
    """The reason of the newest decision about A1."""
    row = await seen.bot.database.read(
        lambda rows: newest(rows, seen.bot.ref.id, kind="session", environment="A1", number=None)
    )
    assert row is not None
    return concluded(row).reason
