from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.github.errors import Uncertain, Unprocessable
from bot.storage.database import Database
from bot.storage.effects import Effects

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class World:
    """An outside world that loses answers and lets the process die on demand."""

    written: list[str] = field(default_factory=list)
    looked: int = 0
    lose_answer: bool = False
    die_after: bool = False

    async def write(self) -> str:
        """This function will write once more."""
        self.written.append("written")
        if self.lose_answer:
            self.lose_answer = False
            raise Uncertain("the answer was lost")
        if self.die_after:
            self.die_after = False
            raise SystemExit("killed")
        return self.written[-1]

    async def look(self) -> str | None:
        """This function will look for what was written."""
        self.looked += 1
        return self.written[-1] if self.written else None


@pytest.fixture
async def effects(tmp_path: Path) -> AsyncIterator[Effects]:
    database = Database(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    database.open()
    yield Effects(database, lambda: NOW, pauses=(0.0, 0.0))
    database.close()


async def once(effects: Effects, world: World) -> str:
    return await effects.once("key", world.write, read_back=world.look, returns=str)


async def test_an_effect_happens_once(effects: Effects) -> None:
    world = World()
    assert await once(effects, world) == "written"
    assert await once(effects, world) == "written"
    assert world.written == ["written"]
    assert world.looked == 0


async def test_a_lost_answer_is_read_back(effects: Effects) -> None:
    world = World(lose_answer=True)
    assert await once(effects, world) == "written"
    assert world.written == ["written"]


@pytest.mark.parametrize("times", [1, 2])
async def test_a_lost_request_is_repeated(effects: Effects, times: int) -> None:
    """The answer is lost and nothing happened: reading back finds nothing, so it is done again, and once more."""
    world = World()
    calls = 0

    async def lost() -> str:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise Uncertain("the connection broke before the request arrived")
        return await world.write()

    assert await effects.once("key", lost, read_back=world.look, returns=str) == "written"
    assert world.written == ["written"]


async def test_a_death_right_after_the_effect_repeats_nothing(effects: Effects) -> None:
    world = World(die_after=True)
    with pytest.raises(SystemExit):
        await once(effects, world)
    assert await once(effects, world) == "written"
    assert world.written == ["written"]
    assert world.looked == 1


async def test_a_refused_effect_may_be_tried_again(effects: Effects) -> None:
    async def refuse() -> str:
        raise Unprocessable("no")

    world = World()
    with pytest.raises(Unprocessable):
        await effects.once("key", refuse, read_back=world.look, returns=str)
    assert await once(effects, world) == "written"


async def test_a_request_that_is_always_lost_is_given_up(effects: Effects) -> None:
    """The caller decides when to try again; the key is kept, so that it looks first."""

    async def lost() -> str:
        raise Uncertain("the connection broke")

    world = World()
    with pytest.raises(Uncertain):
        await effects.once("key", lost, read_back=world.look, returns=str)
    assert world.looked == 2
