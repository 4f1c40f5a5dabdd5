"""Workflow runs that nobody asked the bot for, whose jobs wait at an environment's protection rule."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import protection, runs
from tests.support.guarded import POLICY, Guarded, guarded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.nouns import Repository


@dataclass
class Waiting:
    """A run whose jobs wait for production."""

    place: Guarded
    run: WorkflowRun

    @property
    def jobs(self) -> list[Job]:
        """Its jobs."""
        return self.run.latest.jobs

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What was answered, in order."""
        return [(one.state, one.comment) for one in self.run.reviews]

    @property
    def reports(self) -> list[str]:
        """What was said meanwhile."""
        return [text for said in self.run.reports.values() for text in said]

    async def later(self, **time: int) -> None:
        """This function will let time pass."""
        self.place.bot.clock.advance(timedelta(**time))
        await self.place.settle()


@asynccontextmanager
async def protected(folder: Path, policy: str = POLICY) -> AsyncIterator[Guarded]:
    """This function will open a repository whose production this App's rule guards; nothing runs by itself."""
    async with guarded(folder, policy=policy) as place:
        place.bot.hub.store.player = None
        protection.enable(place.bot.hub.store, place.bot.repository, "production", place.bot.hub.app)
        yield place


async def waits(
    place: Guarded,
    *,
    count: int = 1,
    branch: str = "main",
    workflow: str = "nightly.yml",
    source: Repository | None = None,
) -> Waiting:
    """This function will have `wren` start a run whose jobs wait for production, perhaps of a fork."""
    store, repository = place.bot.hub.store, place.bot.repository
    new = runs.NewRun(
        head_sha=repository.branches[branch],
        head_branch=branch,
        actor=place.user("wren"),
        event="workflow_dispatch",
        head_repository=source,
    )
    run = runs.start_run(store, repository, runs.workflow_of(store, repository, workflow), new)
    for number in range(count):
        protection.hold(store, runs.add_job(store, run, f"apply ({number})", environment="production"))
    await place.settle()
    return Waiting(place, run)
