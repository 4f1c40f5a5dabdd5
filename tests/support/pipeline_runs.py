"""The whole bot beside a repository that has the pack: its workflows run, tell figures, and people ask for suites."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.localhub.state import artifacts, git, issues, runs
from bot.pack.model import METRICS, Workflow
from bot.stats.store import runs_since
from tests.support.bot import Bot, serving
from tests.support.clock import START

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.stats.model import PipelineRun

POLICY = """\
pipeline:
  projects:
    harbour: {kind: cargo}
  groups:
    storage-tests: {packages: [storage]}
    meta-tests: {packages: [meta], category: property}
  suites:
    jepsen-tests: {run: ./jepsen.sh, category: jepsen, time_limit: 1h}
    fault-recovery: {run: ./crash.sh}
"""
SUITES_YML = """\
name: Suites
on:
  workflow_dispatch:
    inputs:
      sha:
      suite:
"""
FIGURES: Mapping[str, Any] = {
    "version": 1,
    "jobs": [
        {"name": "all-tests", "seconds": 1500, "cache": "hit"},
        {"name": "storage-tests", "seconds": 300, "cache": "miss"},
    ],
    "tests": {"unit": {"passed": 2000, "failed": 0, "skipped": 3}, "property": {"passed": 400}},
}


@dataclass
class Site:
    """A repository with the pack's workflows."""

    bot: Bot

    def configure(self, policy: str = POLICY, *, suites_yml: str = SUITES_YML) -> None:
        """This function will push a policy and the workflows of its tests to the default branch."""
        store, repository = self.bot.hub.store, self.bot.repository
        files = {".github/pilothouse.yml": policy}
        for file in (Workflow.TESTS, Workflow.INTEGRATION):
            files[file.path] = suites_yml
            runs.workflow_of(store, repository, file, name=file)
        git.push(store, repository, "main", files=files, message="Pipeline", author=self.bot.ada)

    def begin(self, workflow: Workflow, *, branch: str = "main", event: str = "push") -> WorkflowRun:
        """This function will begin a run of a workflow."""
        store, repository = self.bot.hub.store, self.bot.repository
        known = runs.workflow_of(store, repository, workflow, name=workflow)
        new = runs.NewRun(
            head_sha=repository.branches[branch], head_branch=branch, actor=self.bot.ada, event=event
        )
        return runs.start_run(store, repository, known, new, jobs=("all-tests", "tests-all"))

    def upload(self, run: WorkflowRun, figures: object) -> None:
        """This function will have a run tell figures: as JSON, or the very bytes of the file."""
        content = figures if isinstance(figures, bytes) else json.dumps(figures).encode()
        artifacts.upload(self.bot.hub.store, run, METRICS, artifacts.packed({"metrics.json": content}))

    async def end(
        self, run: WorkflowRun, conclusion: str = "success", *, after: timedelta = timedelta(minutes=20)
    ) -> None:
        """This function will end a run after a time, and let all happen that follows."""
        self.bot.clock.advance(after)
        for job in run.latest.jobs:
            if job.status != "completed":
                runs.finish_job(self.bot.hub.store, job, conclusion)
        runs.finish_run(self.bot.hub.store, run, conclusion)
        await self.bot.settle()

    async def noted(self) -> tuple[PipelineRun, ...]:
        """This function will read what is kept."""
        return await self.bot.database.read(
            lambda connection: runs_since(connection, self.bot.repository.id, START - timedelta(days=1))
        )

    async def say(self, text: str, *, by: str = "ada", number: int | None = None) -> str:
        """This function will write a comment, let all happen that follows, and return the newest receipt."""
        author = self.bot.hub.store.user(by)
        where = number or self.bot.pull.number
        issues.write_comment(self.bot.hub.store, self.bot.repository, where, body=text, author=author)
        await self.bot.settle()
        return self.receipts(where)[-1]

    def receipts(self, number: int | None = None) -> list[str]:
        """This function will list the receipts as they stand."""
        comments = self.bot.repository.issues[number or self.bot.pull.number].comments
        ours = [one.body for one in comments if one.app is self.bot.hub.app]
        return [one for one in ours if "pilothouse:receipt" in one]

    @property
    def dispatched(self) -> list[WorkflowRun]:
        """The workflow runs that were dispatched, the oldest first."""
        return [run for run in self.bot.repository.runs.values() if run.event == "workflow_dispatch"]

    async def live(self, duration: timedelta) -> None:
        """This function will let time pass, with all that happens in it."""
        end = self.bot.clock.now + duration
        while (due := self.bot.engine.next_deadline()) is not None and due <= end:
            self.bot.clock.now = max(self.bot.clock.now, due)
            await self.bot.settle()
            await self.bot.engine.drain()
        self.bot.clock.now = end
        await self.bot.settle()


@asynccontextmanager
async def site(folder: Path, *, repeat_every_step: bool = False) -> AsyncIterator[Site]:
    """This function will open a bot that serves a repository with the pack."""
    async with serving(folder, repeat_every_step=repeat_every_step) as bot:
        made = Site(bot)
        made.configure()
        await bot.settle()
        yield made
