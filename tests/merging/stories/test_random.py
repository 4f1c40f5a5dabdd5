"""Whatever people, CI and crashes do in whichever order: nothing is merged that should not be, nothing twice."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.merging.wishes.holds import hold_of
from tests.support.merging import harbour

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from tests.support.merging import Harbour

pytestmark = pytest.mark.no_cover

SEEDS = range(6)
ACTIONS = 14
CRASHES = ("look 1", "ask", "merge 1", "touched", "pushed", "hold 0", "cancel 0", "settle 1")


@dataclass
class Sea:
    """Everything that can happen, in an order that a seed decides."""

    here: Harbour
    dice: random.Random
    running: list[WorkflowRun] = field(default_factory=list)
    pushers: set[str] = field(default_factory=set)  # of the present head, since it was last asked for

    async def move(self) -> str:
        """Let one thing happen, and everything that follows from it."""
        moves: list[Callable[[], Awaitable[object]]] = [
            self.ask,
            self.ask,
            self.hold,
            self.unhold,
            self.cancel,
            self.push,
            self.begin,
            self.end,
            self.end,
            self.wait,
            self.wait,
            self.crash,
        ]
        move = self.dice.choice(moves)
        await move()
        await self.here.bot.settle()
        return move.__name__

    async def ask(self) -> None:
        """Somebody asks for the merge."""
        line = self.dice.choice(["/merge", "/merge --when-green", "/merge squash --when-green"])
        await self.here.say(line, by=self.dice.choice(["ada", "bob"]))
        self.pushers.clear()

    async def hold(self) -> None:
        """Somebody holds it."""
        await self.here.say("/hold", by=self.dice.choice(["bob", "tess"]))

    async def unhold(self) -> None:
        """Somebody lets it go."""
        await self.here.say("/unhold", by="bob")

    async def cancel(self) -> None:
        """Somebody takes the wish back."""
        await self.here.say("/merge --cancel", by="bob")

    async def push(self) -> None:
        """Somebody pushes, who may merge or not."""
        if self.here.pull.merged:
            return
        pusher = self.dice.choice(["ada", "bob", "tess"])
        self.here.push(by=pusher, content=str(self.dice.random()))
        self.pushers.add(pusher)
        self.running.clear()

    async def begin(self) -> None:
        """CI starts on the head."""
        if not self.here.pull.merged:
            self.running.append(self.here.begin())

    async def end(self) -> None:
        """CI ends, green or red."""
        if self.running:
            self.here.end(self.running.pop(), red=self.dice.random() < 0.25)

    async def wait(self) -> None:
        """Time passes, and the clock looks around."""
        await self.here.later(timedelta(seconds=self.dice.choice([5, 31, 400])))
        await self.here.sweep()

    async def crash(self) -> None:
        """The process dies at some time after this, and starts anew."""
        self.here.bot.engine.crash_in(self.dice.choice(CRASHES))
        await self.here.bot.engine.restart()

    async def assert_right(self) -> None:
        """What was merged in this move was green, not held, and as somebody wanted it."""
        repository = self.here.bot.repository
        runs = [
            run for run in repository.checks_by_sha.get(self.here.pull.head_sha, ()) if run.name == "test"
        ]
        assert runs, "merged without a check"
        assert runs[-1].conclusion == "success", "the newest attempt is not green"
        assert "tess" not in self.pushers, "merged what somebody pushed who may not merge"
        held = await self.here.bot.database.read(
            lambda connection: hold_of(connection, self.here.bot.ref.id, 1)
        )
        assert held is None


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_merged_that_should_not_be(tmp_path: Path, seed: int) -> None:
    async with harbour(tmp_path) as here:
        sea = Sea(here, random.Random(seed))  # noqa: S311 - reproducible dice, no secret
        was_merged = False
        for _ in range(ACTIONS):
            await sea.move()
            if here.pull.merged and not was_merged:
                was_merged = True
                await sea.assert_right()
        await here.bot.engine.restart()
        await here.later(timedelta(minutes=10))
        assert here.merges() <= 1
        if not was_merged and not here.pull.merged:
            await here.say("/unhold")
            here.green()
            await here.later()
            await here.say("/merge --when-green")
            assert here.pull.merged, "it can still be merged"
