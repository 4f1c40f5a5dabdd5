"""Agents with a real bot that is killed while it starts them: each start happens once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.demo.process import BotProcess
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, issues
from bot.localhub.state import git as hub_git
from bot.storage.database import Database
from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.store import session_of
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.sessions import Repository, Sessions, need_tmux
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.supervision.sessions.model import Session

pytestmark = [pytest.mark.timeout(240), pytest.mark.no_cover]

REPOSITORY = "octo/harbour"
PATIENCE = 90.0
# What it leaves in its terminal does not obey, so that a restart takes its time.
AGENT = """\
echo "$$" >> {folder}/starts
(trap '' TERM HUP; exec sleep 600) &
while true; do echo on >> {folder}/beat; sleep 0.1; done
"""
CONFIG = """\
supervision: {{watch: {{push: observe, files: observe}}}}
agents:
  A1:
    socket: {socket}
    work_tree: {tree}
    command: sh {folder}/agent.sh
    heartbeat: {{log: {folder}/beat}}
"""


class Stage:
    """A bot in processes of its own beside a local GitHub, and an agent on this machine."""

    def __init__(self, hub: LocalHub, sessions: Sessions, tree: Path) -> None:
        folder = sessions.folder
        (folder / "agent.sh").write_text(AGENT.format(folder=folder), encoding="utf-8")
        text = CONFIG.format(socket=sessions.socket, tree=tree, folder=folder)
        self.hub, self.sessions, self.config = hub, sessions, {".github/pilothouse.yml": text}
        self.repository = accounts.create_repository(hub.store, REPOSITORY, files={"README.md": "harbour\n"})
        self.ada = hub.store.user("ada")
        accounts.set_role(self.repository, self.ada, "admin")
        accounts.install(hub.store, hub.app, self.repository)
        settings = {"PILOTHOUSE_LOCAL_REPOSITORIES": REPOSITORY}
        self.bot = BotProcess(hub, folder, settings=settings)
        self.database = Database(f"sqlite:///{folder / 'pilothouse.db'}")

    async def start(self) -> None:
        """This function will start the bot."""
        await self.bot.start(seconds=PATIENCE)
        self.hub.set_webhook(f"{self.bot.url}/webhook")

    async def kill(self) -> None:
        """This function will kill the bot's processes as the kernel does when memory runs out."""
        assert self.bot.process is not None
        family = [psutil.Process(self.bot.process.pid)]
        family += family[0].children(recursive=True)
        # Programs on a host go on: they are no part of the bot.
        for each in family:
            with suppress(psutil.NoSuchProcess):
                if "pilothouse" not in each.cmdline() or "serve" in each.cmdline():
                    each.send_signal(SIGKILL)
        await self.bot.process.wait()

    def starts(self) -> list[int]:
        """This function will list the processes that the agent was started as."""
        file = self.sessions.folder / "starts"
        return [int(each) for each in file.read_text().split()] if file.exists() else []

    async def row(self) -> Session | None:
        """This function will read how the agent's session stands."""
        return await self.database.read(lambda rows: session_of(rows, self.repository.id, "A1"))

    async def is_known(self) -> bool:
        """This function will say whether the newest start is in the row, and the bot rests."""
        row = await self.row()
        is_up = row is not None and row.state in {SessionState.STARTING, SessionState.HEALTHY}
        return is_up and row is not None and row.sign != "" and row.process is not None

    def answers(self) -> list[str]:
        """This function will list the receipts of commands."""
        return [one.body for one in self.repository.comments.values() if "pilothouse:receipt" in one.body]


@asynccontextmanager
async def _stage(folder: Path) -> AsyncIterator[Stage]:
    need_tmux()
    record = record_file(folder)
    hub = await LocalHub.start(clock=wall_clock, record=record)
    sessions = Sessions(folder=folder)
    (folder / "git").mkdir()
    tree = Repository(folder=folder / "git", full_name=REPOSITORY).make().tree
    stage = Stage(hub, sessions, tree)
    try:
        await stage.start()
        stage.database.open()
        yield stage
    finally:
        await stage.bot.stop()
        stage.database.close()
        await hub.close()
        await asyncio.to_thread(sessions.end)
    assert_true_to_github(record)


async def test_a_bot_that_is_killed_in_the_middle_of_a_start_starts_once(tmp_path: Path) -> None:
    """First by the watchdog, then because a person asked: killed once the agent runs, and before that is known."""
    async with _stage(tmp_path) as stage:
        hub_git.push(
            stage.hub.store, stage.repository, "main", files=stage.config, message="Say", author=stage.ada
        )
        await until(lambda: len(stage.starts()) == 1, within=PATIENCE)
        await stage.kill()
        await stage.start()
        await until(stage.is_known, within=PATIENCE)
        assert len(stage.starts()) == 1
        issue = issues.open_issue(stage.hub.store, stage.repository, title="A1", body="", author=stage.ada)
        issues.write_comment(
            stage.hub.store, stage.repository, issue.number, body="/agent A1 restart", author=stage.ada
        )
        first = stage.starts()[0]
        await until(lambda: not psutil.pid_exists(first), within=PATIENCE)
        await stage.kill()  # what the agent left does not obey, so the new one is not there yet
        assert len(stage.starts()) == 1
        await stage.start()
        await until(lambda: any("was started" in answer for answer in stage.answers()), within=PATIENCE)
        assert len(stage.starts()) == 2
        assert psutil.pid_exists(stage.starts()[1])
        panes = stage.sessions.run("list-panes", "-a", "-F", "#{@pilothouse} #{pane_dead}")
        assert panes.split("\n")[:-1] == ["A1 0"]
