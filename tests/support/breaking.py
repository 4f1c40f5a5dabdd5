"""A repository whose build breaks, and the whole bot that looks at it and fixes it on this very machine."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.config.cost_settings import CostSettings
from bot.decisions.replay import Replayed, difference, replay
from bot.decisions.store import concluded, newest
from bot.engine.model import Flow
from bot.github.limits import Priority
from bot.localhub.state import git, pulls, runs
from bot.proposals.deciders import DECIDERS
from bot.storage.trust_tables import journal
from bot.supervision.fixing.builds.reading import failures_in, look_at_branch
from bot.supervision.fixing.judging.fact_model import KIND
from bot.supervision.fixing.model import Fix, FixState
from bot.supervision.fixing.saying.describing import fix_branch
from bot.supervision.fixing.store import begin_fix, fixes_since
from bot.supervision.model import NOTICE_BUILD, FixFailure, NoticeBuild, SuperviseBuilds
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.clock import START
from tests.support.fixing import LINTER, MENDING
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Issue, Pull
    from bot.supervision.fixing.model import Trouble

TICK = timedelta(minutes=15)
MOMENT = timedelta(seconds=1)
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

    async def trouble(self) -> Trouble:
        """This function will return what failed in the newest build."""
        bot = self.bot
        repo = bot.github.repository(bot.ref, priority=Priority.SUMMARY)
        look = await look_at_branch(repo, "main")
        assert look is not None
        return (await failures_in(bot.database, bot.ref, look, now=bot.clock())).found[0].trouble

    async def propose(self) -> Fix:
        """This function will break the build and propose what mends it, as a try of the bot would have."""
        await self.build(BAD)
        fix = await self.row(FixState.PROPOSED)
        head = fix_branch(fix.trouble)
        sha = self.push({"code.txt": "good\n"}, head)
        bot = self.bot
        pull = pulls.open_pull(bot.hub.store, bot.repository, title="Fix", head=head, author=bot.ada)
        fix = replace(fix, fixer="ruff", head_ref=head, head_sha=sha, number=pull.number)
        return await self.keep(fix)

    async def keep(self, fix: Fix) -> Fix:
        """This function will write the row of a try."""
        await self.bot.database.write(lambda rows: begin_fix(rows, fix))
        return fix

    async def intend(self) -> Fix:
        """This function will write the row of a try that waits in line."""
        return await self.keep(await self.row(FixState.INTENDED))

    async def begin(self, fix: Fix) -> Fix:
        """This function will begin a try whose row is written, and let it go on to its end."""
        request = FixFailure(repository=self.bot.ref, fix_id=fix.id)
        await self.bot.engine.submit([request.start()])
        await self.go_on()
        return await self.fix()

    async def row(self, state: FixState) -> Fix:
        """This function will make the row of a try at what failed in the newest build."""
        trouble, now = await self.trouble(), self.bot.clock()
        return Fix(
            id=f"{trouble.failure.short_id}-1",
            repository_id=self.bot.repository.id,
            round=1,
            state=state,
            trouble=trouble,
            begun_at=now,
            updated_at=now,
        )

    async def lose(self, like: Fix) -> None:
        """This function will leave the row of a try at work whose run is not there."""
        await self.keep(replace(like, id="lost", state=FixState.FIXING, reason="", ended_at=None))

    async def tick(self, later: timedelta = TICK) -> list[Fix]:
        """This function will let time pass, have the builds looked at and all of it done that follows."""
        self.bot.clock.advance(later)
        await self.look()
        return await self.fixes()

    async def look(self) -> None:
        """This function will have the builds looked at, and all of it done that follows."""
        self.ticks += 1
        request = SuperviseBuilds(repository=self.bot.ref, cause=f"t{self.ticks}")
        await self.bot.engine.submit([request.start()])
        await self.go_on()

    async def go_on(self) -> None:
        """This function will let time pass until nothing waits any more."""
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

    async def decided(self) -> Decision:
        """This function will return the newest decision about a fix, once it was decided again from its facts."""
        repository_id = self.bot.repository.id
        row = await self.bot.database.read(
            lambda rows: newest(rows, repository_id, kind=KIND, environment="", number=None)
        )
        assert row is not None
        again = replay(row, DECIDERS)
        assert isinstance(again, Replayed)
        assert again.is_same, difference(again)
        return concluded(row)

    async def noted(self) -> int:
        """This function will count what the journal has."""
        return await self.bot.database.read(
            lambda rows: rows.execute(select(func.count(journal.c.key))).scalar_one()
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


async def _unheard(run: Run, request: NoticeBuild) -> None:
    """Builds are looked at where a test says so."""
    del run, request


@asynccontextmanager
async def breaking(
    folder: Path,
    *,
    repeat_every_step: bool = False,
    conduct: str = "act",
    more: str = "",
    is_listed: bool = True,
) -> AsyncIterator[Breaking]:
    """This function will open a bot whose repository is red: a linter complains of a file."""
    costs = CostSettings(local_repositories=frozenset({REPOSITORY} if is_listed else ()))
    fixes = folder / "fixes"
    fixes.mkdir()
    async with serving(folder, repeat_every_step=repeat_every_step, costs=costs) as bot:
        bot.engine.flows[NOTICE_BUILD] = Flow(name=NOTICE_BUILD, request=NoticeBuild, story=_unheard)
        here = Breaking(bot=bot, folder=fixes)
        here.configure(conduct, more=more)
        here.linter()
        await bot.settle()
        yield here
