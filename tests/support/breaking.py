"""A repository whose build breaks, and the whole bot that looks at it and fixes it on this very machine."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.localhub.state import git, runs
from bot.supervision.fixing.store import fixes_since
from bot.supervision.model import SuperviseBuilds
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.clock import START
from tests.support.fixing import LINTER, MENDING
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Issue, Pull
    from bot.supervision.fixing.model import Fix

TICK = timedelta(minutes=15)
_STEP = timedelta(seconds=10)
_LOG = """##[group]Run ruff check .
ruff check .
shell: /usr/bin/bash -e {{0}}
##[endgroup]
{said}
##[error]Process completed with exit code 1.
"""
BAD = "code.txt:1:1: E100 It is bad\nFound 1 error."
FILES = {"code.txt": "bad\n", "other.txt": "other\n"}


def log_saying(said: str) -> bytes:
    """This function will make the log of a job in which a linter says this."""
    return _LOG.format(said=said).encode()


@dataclass
class Breaking:
    """A bot, a repository and a folder on this machine where fixers work."""

    bot: Bot
    folder: Path
    ticks: int = 0
    builds: list[WorkflowRun] = field(default_factory=list)

    def configure(self, conduct: str = "act", *, more: str = "") -> None:
        """This function will push the configuration and the files, of which a linter complains."""
        text = (
            f"supervision: {{runs: {{conduct: observe}}, alive: {{issue: false}}, fix: {{conduct: {conduct}, "
            f"folder: {self.folder}, remote: {self.bot.hub.url}/{REPOSITORY}.git{more}}}}}\n"
        )
        self.push({".github/pilothouse.yml": text, **FILES})

    def push(self, files: dict[str, str], branch: str = "main") -> str:
        """This function will push files as a person does."""
        store, author = self.bot.hub.store, self.bot.ada
        return git.push(store, self.bot.repository, branch, files=files, message="Change", author=author).sha

    def linter(self, fix: str = MENDING) -> None:
        """This function will put the linter on this machine, which fixes as said."""
        path = self.folder / "bin" / "ruff"
        path.parent.mkdir(exist_ok=True)
        path.write_text(LINTER.format(fix=fix), encoding="utf-8")
        path.chmod(0o755)

    async def build(self, said: str = "", branch: str = "main") -> WorkflowRun:
        """This function will build a branch: red with what the linter says, green where it says nothing."""
        run = self.bot.ci({"lint": log_saying(said) if said else None}, branch=branch)
        await self.bot.settle()
        self.builds.append(run)
        return run

    async def begin_build(self, branch: str = "main") -> WorkflowRun:
        """This function will begin a build that does not end."""
        store, repository = self.bot.hub.store, self.bot.repository
        known = runs.workflow_of(store, repository, "ci.yml", name="CI")
        new = runs.NewRun(
            head_sha=repository.branches[branch], head_branch=branch, actor=self.bot.ada, event="push"
        )
        run = runs.start_run(store, repository, known, new, jobs=("lint",))
        await self.bot.settle()
        return run

    async def tick(self, later: timedelta = TICK) -> list[Fix]:
        """This function will let time pass, have the builds looked at and all of it done that follows."""
        self.bot.clock.advance(later)
        await self.look()
        return await self.fixes()

    async def look(self) -> None:
        """This function will have the builds looked at, and let time pass until nothing waits any more."""
        self.ticks += 1
        request = SuperviseBuilds(repository=self.bot.ref, cause=f"t{self.ticks}")
        await self.bot.engine.submit([request.start()])
        async with asyncio.timeout(120):
            while True:
                await self.bot.settle()
                deadline = self.bot.engine.next_deadline()
                if deadline is None:
                    return
                await self._quiet()
                self.bot.clock.advance(max(deadline - self.bot.clock(), timedelta(0)))

    async def _quiet(self) -> None:
        """Wait until no job runs on this machine."""
        jobs = f"{self.bot.repository.id}/tries/*/jobs/*/state"
        await until(
            lambda: not any("running" in state.read_text() for state in self.folder.glob(jobs)), within=60
        )

    async def fixes(self) -> list[Fix]:
        """This function will return every try, the oldest first."""
        repository_id = self.bot.repository.id
        found = await self.bot.database.read(lambda rows: fixes_since(rows, repository_id, START))
        return sorted(found, key=lambda fix: fix.begun_at)

    async def fix(self) -> Fix:
        """This function will return the newest try."""
        return (await self.fixes())[-1]

    @property
    def pulls(self) -> list[Pull]:
        """What the bot proposed."""
        found = self.bot.repository.pulls.values()
        return [pull for pull in found if pull.head_ref.startswith("pilothouse/fix-")]

    @property
    def issues(self) -> list[Issue]:
        """What the bot suggested."""
        pulls, found = self.bot.repository.pulls, self.bot.repository.issues
        return [issue for number, issue in found.items() if number not in pulls]

    def said(self, number: int) -> list[str]:
        """This function will return the bot's comments on a pull request or issue."""
        comments = self.bot.repository.issues[number].comments
        return [one.body for one in comments if "pilothouse:fix-word" in one.body]


@asynccontextmanager
async def breaking(
    folder: Path, *, repeat_every_step: bool = False, conduct: str = "act", more: str = ""
) -> AsyncIterator[Breaking]:
    """This function will open a bot whose repository is red: a linter complains of a file."""
    costs = CostSettings(local_repositories=frozenset({REPOSITORY}))
    fixes = folder / "fixes"
    fixes.mkdir()
    async with serving(folder, repeat_every_step=repeat_every_step, costs=costs) as bot:
        here = Breaking(bot=bot, folder=fixes)
        here.configure(conduct, more=more)
        here.linter()
        await bot.settle()
        yield here
