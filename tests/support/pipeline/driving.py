"""The whole bot beside the reference pipeline: it ticks every 15 minutes, and what follows happens at its time."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sqlalchemy import select

from bot.budget.model import PAUSE_AGENTS, AgentResult, AgentState, Mode, PauseAgents
from bot.config.cost_settings import CostSettings
from bot.costs.store.budgets import budget_of
from bot.costs.store.readings import reading_by_id
from bot.engine.model import Flow
from bot.localhub.state import accounts, git, issues
from bot.storage.cost_tables import cost_actions
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.clock import Clock
from tests.support.cloud.aws import Cloud, cloud
from tests.support.costs import TICK, tick_of
from tests.support.pipeline.pipeline import Pipeline

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator
    from decimal import Decimal
    from pathlib import Path

    from sqlalchemy import Row

    from bot.costs.model import Reading
    from bot.costs.standing import Budget
    from bot.engine.model import Run
    from tests.support.cloud.faults import Fault

_PUSHING = timedelta(minutes=1)  # that agents take to push their work
FIRST = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday


@dataclass(frozen=True, kw_only=True)
class Seen:
    """How things were right after a tick."""

    at: datetime
    spent: Decimal  # really, that day
    reading: Reading
    calls: Counter[str]  # requests to AWS for this tick
    seconds: float


@dataclass
class Driven:
    """The bot and the world that it watches."""

    bot: Bot
    world: Cloud
    pipeline: Pipeline
    seen: list[Seen] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """What the clock tells."""
        return self.bot.clock.now

    async def tick(self) -> Seen:
        """This function will live to the next quarter of an hour and let the clock tick."""
        at = self.now.replace(minute=self.now.minute // 15 * 15, second=0, microsecond=0) + TICK
        await self.live_until(at)
        return await self.look()

    async def tick_until(self, at: datetime) -> None:
        """This function will live until a time, tick by tick."""
        while self.now < at:
            await self.tick()

    async def live_until(self, at: datetime) -> None:
        """This function will let time pass, and what waits for a time before it wake at its time."""
        while (due := self.bot.engine.next_deadline()) is not None and due < at:
            self.pipeline.advance(max(due, self.now))
            await self.bot.settle()
        self.pipeline.advance(at)

    async def look(self) -> Seen:
        """This function will let the clock tick now."""
        before, begun = self.world.count(), perf_counter()
        await self.bot.engine.submit([tick_of(self.now)])
        await self.bot.settle()
        known = (await self.budget()).reading_id
        reading = await self.bot.database.read(lambda rows: reading_by_id(rows, known))
        assert reading is not None
        self.seen.append(
            Seen(
                at=self.now,
                spent=self.pipeline.spent(self.now.date()),
                reading=reading,
                calls=self.world.count() - before,
                seconds=perf_counter() - begun,
            )
        )
        return self.seen[-1]

    async def budget(self) -> Budget:
        """This function will read how the budget stands."""
        found = await self.bot.database.read(lambda rows: budget_of(rows, self.bot.ref.id))
        assert found is not None
        return found

    async def enforce(self) -> None:
        """This function will have two people ask for the limit to act."""
        for login in ("ada", "wren"):
            person = self.bot.hub.store.user(login)
            accounts.set_role(self.bot.repository, person, "maintain")
            issues.write_comment(
                self.bot.hub.store,
                self.bot.repository,
                self.bot.pull.number,
                body="/budget enforce",
                author=person,
            )
            await self.bot.settle()
        assert (await self.budget()).mode is Mode.ENFORCE

    async def actions(self) -> list[Row[Any]]:
        """This function will list what the limit did, in its order."""
        query = select(cost_actions).order_by(cost_actions.c.intended_at, cost_actions.c.id)
        return await self.bot.database.read(lambda rows: list(rows.execute(query)))


@asynccontextmanager
async def driven(
    folder: Path, *, heat: str = "1", faults: tuple[Fault, ...] = (), repeat_every_step: bool = False
) -> AsyncIterator[Driven]:
    """This function will open the bot beside the pipeline, with a limit of 100 dollars in a dry run.

    Args:
        folder: gets the bot's database.
        heat: how much more than usual the agents do.
        faults: what goes wrong from the first request on.
        repeat_every_step: whether each step is done twice, as if a crash came after its effect.
    """
    clock = Clock(FIRST)
    async with cloud(clock) as world, _on_host(world):
        settings = CostSettings(aws_repositories=frozenset({REPOSITORY}), aws_endpoint_url=world.url)
        async with serving(folder, repeat_every_step=repeat_every_step, clock=clock, costs=settings) as bot:
            pipeline = Pipeline(world, clock, heat=heat)
            world.faults.active += faults
            bot.engine.flows[PAUSE_AGENTS] = _pausing(pipeline)
            files = {".github/pilothouse.yml": pipeline.configuration()}
            git.push(bot.hub.store, bot.repository, "main", files=files, message="Costs", author=bot.ada)
            await bot.settle()
            yield Driven(bot, world, pipeline)


@asynccontextmanager
async def _on_host(world: Cloud) -> AsyncIterator[None]:
    """Let the bot find itself on the machine that the world says."""

    async def told(**_: object) -> str:
        return world.this_host

    with patch("bot.costs.ladder.ending.this_instance", told):
        yield


def _pausing(pipeline: Pipeline) -> Flow:
    """Pauses the agents of this world, which are no processes."""

    async def pause(run: Run, request: PauseAgents) -> None:
        async def act() -> dict[str, bool]:
            if request.is_resume:
                return pipeline.resume(request.agents)
            return pipeline.pause(request.agents)

        await run.sleep(_PUSHING)
        heard = await run.step("agents", act, returns=dict[str, bool])
        reached = AgentState.RUNNING if request.is_resume else AgentState.PAUSED
        results = tuple(
            AgentResult(agent=name, state=reached if has_heard else AgentState.UNKNOWN)
            for name, has_heard in sorted(heard.items())
        )
        if request.asker:
            await run.send(request.answer(results))

    return Flow(name=PAUSE_AGENTS, request=PauseAgents, story=pause)
