"""A repository whose workflow runs hang: what passed before, what is at work now, a look at it on demand."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.engine.model import Flow, Start
from bot.localhub.state import git, runs
from bot.recovery.flow import Tick
from bot.storage.trust_tables import decisions
from bot.supervision.keeping.store import supervision_of
from bot.supervision.model import FindSupervision
from bot.supervision.runs.looking import look_at_runs
from bot.supervision.runs.model import MEND, HungRun
from bot.supervision.runs.store import hung_runs_of
from tests.support.bot import serving
from tests.support.clock import START, Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.engine.model import Run
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Issue
    from tests.support.bot import Bot

LOOK = "look"
ACT = "supervision: {runs: {conduct: act}, alive: {issue: false}}\n"
SUGGEST = "supervision: {runs: {conduct: suggest}, alive: {issue: false}}\n"
USUAL = timedelta(minutes=10)


@dataclass
class Hanging:
    """A bot that is asked to look at the runs of its repository."""

    bot: Bot
    looks: int = 0
    services: Any = field(init=False)

    def __post_init__(self) -> None:
        story: Any = self.bot.engine.flows[MEND].story
        self.services = story.__self__.services
        self.bot.engine.flows[LOOK] = Flow(name=LOOK, request=Tick, story=self._look)

    async def _look(self, run: Run, _tick: Tick) -> None:
        row = await self.bot.database.read(lambda rows: supervision_of(rows, self.bot.repository.id))
        assert row is not None
        await look_at_runs(run, row, self.services)

    async def configure(self, text: str) -> None:
        """This function will push the configuration, and have it read."""
        store, author = self.bot.hub.store, self.bot.ada
        files = {".github/pilothouse.yml": text}
        git.push(store, self.bot.repository, "main", files=files, message="Say", author=author)
        await self.bot.settle()
        find = FindSupervision(repository=self.bot.ref, cause=f"{self.bot.clock():%H%M%S}")
        await self.bot.engine.submit([find.start()])
        await self.bot.settle()

    def begin(self, *jobs: str, workflow: str = "ci.yml", branch: str = "feature", **new: Any) -> WorkflowRun:
        """This function will begin a workflow run with queued jobs."""
        store, repository = self.bot.hub.store, self.bot.repository
        known = runs.workflow_of(store, repository, workflow, name=workflow.removesuffix(".yml"))
        given = runs.NewRun(
            head_sha=repository.branches[branch],
            head_branch=branch,
            **{"actor": self.bot.ada, "event": "push", **new},
        )
        return runs.start_run(store, repository, known, given, jobs=jobs)

    def work(self, run: WorkflowRun) -> WorkflowRun:
        """This function will put every job of a run to work."""
        for job in run.latest.jobs:
            runs.start_job(self.bot.hub.store, job)
        return run

    async def passed(self, *, times: int = 3, took: timedelta = USUAL, workflow: str = "ci.yml") -> None:
        """This function will let a workflow pass some times, each taking so long."""
        for _ in range(times):
            run = self.work(self.begin("test", workflow=workflow, branch="main"))
            self.bot.clock.advance(took)
            for job in run.latest.jobs:
                runs.finish_job(self.bot.hub.store, job, "success")
            runs.finish_run(self.bot.hub.store, run)
        await self.bot.settle()

    async def look(self, after: timedelta = timedelta(0)) -> list[HungRun]:
        """This function will let time pass, have the runs looked at, and return the rows, the newest first."""
        await self.sleep(after)
        self.looks += 1
        start = Start(flow=LOOK, run_id=f"look-{self.looks}", request=Tick(name=LOOK), partition=LOOK)
        await self.bot.engine.submit([start])
        await self.bot.settle()
        return await self.rows()

    async def sleep(self, duration: timedelta) -> None:
        """This function will let time pass, with everything that happens in it."""
        end = self.bot.clock() + duration
        while (deadline := self.bot.engine.next_deadline()) is not None and deadline <= end:
            self.bot.clock.advance(deadline - self.bot.clock())
            await self.bot.settle()
        self.bot.clock.advance(end - self.bot.clock())

    async def rows(self) -> list[HungRun]:
        """This function will list the rows of runs that hang, the newest first."""
        since = datetime.min.replace(tzinfo=START.tzinfo)
        known = await self.bot.database.read(
            lambda rows: hung_runs_of(rows, self.bot.repository.id, since=since)
        )
        return list(known)

    async def decided(self) -> int:
        """This function will count the decisions about runs that hang."""
        query = decisions.select().where(decisions.c.kind == "hung run")
        return await self.bot.database.read(lambda rows: len(rows.execute(query).all()))

    @property
    def issues(self) -> list[Issue]:
        """The issues that the bot opened, the oldest first."""
        return [one for one in self.bot.repository.issues.values() if one.app is self.bot.hub.app]


@asynccontextmanager
async def hanging(
    folder: Path, config: str = ACT, *, repeat_every_step: bool = False
) -> AsyncIterator[Hanging]:
    """This function will open a bot that watches the runs of its repository."""
    async with serving(folder, clock=Clock(), repeat_every_step=repeat_every_step) as bot:
        here = Hanging(bot)
        await bot.settle()
        await here.configure(config)
        yield here
