"""A failure that a real bot fixes while it is killed: the fixer runs once, one pull request is opened."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.demo.process import BotProcess
from bot.diagnosis.store import knows_branch
from bot.github.models import InstallationId, RepositoryRef
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, runs
from bot.storage.database import Database
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.store import fixes_since
from bot.supervision.keeping.store import supervision_of
from tests.support.breaking import BAD, FILES, log_saying
from tests.support.clock import START
from tests.support.fixing import LINTER
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.nouns import Pull
    from bot.supervision.fixing.model import Fix

pytestmark = [pytest.mark.timeout(300), pytest.mark.no_cover]

REPOSITORY = "octo/harbour"
PATIENCE = 90.0
CONFIG = """\
supervision:
  alive: {{issue: false}}
  fix: {{conduct: act, folder: {folder}, remote: {remote}}}
"""


class Stage:
    """A bot in processes of its own beside a local GitHub, whose main branch is red."""

    def __init__(self, hub: LocalHub, folder: Path) -> None:
        self.hub, self.fixes = hub, folder / "fixes"
        (self.fixes / "bin").mkdir(parents=True)
        linter = self.fixes / "bin" / "ruff"
        fix = f"echo ran >> {folder}/ran; sleep 4; sed -i s/bad/good/ code.txt"
        linter.write_text(LINTER.format(fix=fix), encoding="utf-8")
        linter.chmod(0o755)
        self.ran = folder / "ran"
        store = hub.store
        self.repository = accounts.create_repository(store, REPOSITORY, files={"README.md": "harbour\n"})
        self.ada = store.user("ada")
        accounts.set_role(self.repository, self.ada, "admin")
        installed = accounts.install(store, hub.app, self.repository)
        self.ref = RepositoryRef(
            installation_id=InstallationId(installed.id), id=self.repository.id, full_name=REPOSITORY
        )
        self.bot = BotProcess(hub, folder, settings={"PILOTHOUSE_LOCAL_REPOSITORIES": REPOSITORY})
        self.database = Database(f"sqlite:///{folder / 'pilothouse.db'}")

    async def start(self) -> None:
        """This function will start the bot, and have it told of what happens."""
        await self.bot.start(seconds=PATIENCE)
        self.hub.set_webhook(f"{self.bot.url}/webhook")

    def push(self) -> None:
        """This function will push the configuration, and files of which the linter complains."""
        config = CONFIG.format(folder=self.fixes, remote=f"{self.hub.url}/{REPOSITORY}.git")
        files = {".github/pilothouse.yml": config, **FILES}
        git.push(self.hub.store, self.repository, "main", files=files, message="Break it", author=self.ada)

    def build(self) -> None:
        """This function will build the branch, red."""
        store = self.hub.store
        workflow = runs.workflow_of(store, self.repository, "ci.yml", name="CI")
        new = runs.NewRun(
            head_sha=self.repository.branches["main"], head_branch="main", actor=self.ada, event="push"
        )
        run = runs.start_run(store, self.repository, workflow, new, jobs=("lint",))
        runs.finish_job(store, run.latest.jobs[0], "failure", log=log_saying(BAD))
        runs.finish_run(store, run)

    async def is_diagnosed(self) -> bool:
        """This function will say whether the bot has read what failed."""
        return await knows_branch(self.database, self.ref, "main")

    async def is_watched(self) -> bool:
        """This function will say whether the bot has read that there is something to watch."""
        row = await self.database.read(lambda rows: supervision_of(rows, self.repository.id))
        return row is not None

    async def kill(self) -> None:
        """This function will kill the web process and its worker; what runs on the host is no part of the bot."""
        assert self.bot.process is not None
        main = psutil.Process(self.bot.process.pid)
        for each in (main, *main.children()):
            with suppress(psutil.NoSuchProcess):
                each.send_signal(SIGKILL)
        await self.bot.process.wait()

    @property
    def pulls(self) -> list[Pull]:
        """What was proposed."""
        return list(self.repository.pulls.values())

    @property
    def has_branch(self) -> bool:
        """Whether the branch of the fix is there."""
        return any(name.startswith("pilothouse/fix-") for name in self.repository.branches)

    async def rows(self) -> tuple[Fix, ...]:
        """This function will read every try."""
        return await self.database.read(lambda rows: fixes_since(rows, self.repository.id, START))

    async def is_proposed(self) -> bool:
        """This function will say whether the row says that the fix is proposed."""
        return [fix.state for fix in await self.rows()] == [FixState.PROPOSED]


@asynccontextmanager
async def _stage(folder: Path) -> AsyncIterator[Stage]:
    record = record_file(folder)
    hub = await LocalHub.start(clock=wall_clock, record=record)
    stage = Stage(hub, folder)
    try:
        await stage.start()
        stage.database.open()
        yield stage
    finally:
        await stage.bot.stop()
        stage.database.close()
        await hub.close()
    assert_true_to_github(record)


async def test_a_bot_that_is_killed_in_the_middle_of_a_fix_proposes_it_once(tmp_path: Path) -> None:
    """Killed before it looks, while the fixer runs, which goes on, and once the branch is there."""
    async with _stage(tmp_path) as stage:
        stage.push()
        await until(stage.is_watched, within=PATIENCE)
        stage.build()
        await until(stage.is_diagnosed, within=PATIENCE)
        await stage.kill()
        await stage.start()  # and it looks at the builds at once
        await until(stage.ran.exists, within=PATIENCE)
        await stage.kill()
        assert stage.pulls == []
        await stage.start()
        await until(lambda: stage.has_branch, within=PATIENCE)
        await stage.kill()
        await stage.start()
        await until(stage.is_proposed, within=PATIENCE)
        (pull,) = stage.pulls
        (fix,) = await stage.rows()
        assert stage.ran.read_text() == "ran\n"
        assert (fix.number, fix.head_sha) == (pull.number, pull.head_sha)
        assert stage.hub.store.commits[pull.head_sha].files["code.txt"] == b"good\n"
