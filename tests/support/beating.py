"""A repository whose heartbeat is written when a test says so."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.engine.model import Flow, Start
from bot.localhub.state import git
from bot.recovery.flow import Tick
from bot.supervision.alive.beating import beat
from bot.supervision.keeping.store import note_watched, supervision_of
from bot.supervision.model import SUPERVISE, FindSupervision
from bot.supervision.runs.model import MEND
from tests.support.bot import serving
from tests.support.clock import START, Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.engine.model import Run
    from bot.localhub.state.nouns import Issue
    from bot.supervision.model import SuperviseBuilds, Supervision
    from tests.support.bot import Bot

BEAT = "beat"


@dataclass
class Beating:
    """A bot that is asked for its heartbeat."""

    bot: Bot
    beats: int = 0
    services: Any = field(init=False)

    def __post_init__(self) -> None:
        story: Any = self.bot.engine.flows[MEND].story
        self.services = story.__self__.services
        self.bot.engine.flows[BEAT] = Flow(name=BEAT, request=Tick, story=self._beat)

    async def _beat(self, run: Run, _tick: Tick) -> None:
        await beat(run, await self.row(), self.services)

    async def row(self) -> Supervision:
        """This function will return the row of the repository."""
        row = await self.bot.database.read(lambda rows: supervision_of(rows, self.bot.repository.id))
        assert row is not None
        return row

    async def configure(self, text: str) -> None:
        """This function will push the configuration, and have it read."""
        store, author = self.bot.hub.store, self.bot.ada
        files = {".github/pilothouse.yml": text}
        git.push(store, self.bot.repository, "main", files=files, message="Say", author=author)
        await self.bot.settle()
        find = FindSupervision(repository=self.bot.ref, cause=f"{self.beats}-{self.at}")
        await self.bot.engine.submit([find.start()])
        await self.bot.settle()

    async def watched(self) -> None:
        """This function will note that the sessions were looked at now."""
        now = self.bot.clock()
        await self.bot.database.write(lambda rows: note_watched(rows, self.bot.repository.id, now))

    async def beat(self, after: timedelta = timedelta(0)) -> None:
        """This function will let time pass and have the heartbeat written."""
        self.bot.clock.advance(after)
        self.beats += 1
        start = Start(flow=BEAT, run_id=f"beat-{self.beats}", request=Tick(name=BEAT), partition=BEAT)
        await self.bot.engine.submit([start])
        await self.bot.settle()

    @property
    def at(self) -> str:
        """The time as the heartbeat says it."""
        return f"{self.bot.clock():%Y-%m-%d %H:%M}"

    @property
    def hearts(self) -> list[Issue]:
        """The issues of the bot, the oldest first."""
        return [one for one in self.bot.repository.issues.values() if one.app is self.bot.hub.app]

    @property
    def heart(self) -> Issue:
        """The only heartbeat issue."""
        (heart,) = self.hearts
        return heart


@asynccontextmanager
async def beating(
    folder: Path, config: str, *, begin: datetime = START, repeat_every_step: bool = False
) -> AsyncIterator[Beating]:
    """This function will open a bot that watches its repository, without a heartbeat yet."""
    async with serving(folder, clock=Clock(begin), repeat_every_step=repeat_every_step) as bot:
        here = Beating(bot)
        await bot.settle()
        supervise = bot.engine.flows[SUPERVISE]
        bot.engine.flows[SUPERVISE] = replace(supervise, story=_looks_elsewhere)
        await here.configure(config)
        bot.engine.flows[SUPERVISE] = supervise
        yield here


async def _looks_elsewhere(_run: Run, _request: SuperviseBuilds) -> None:
    """The look that follows a new configuration would write the first heartbeat."""
