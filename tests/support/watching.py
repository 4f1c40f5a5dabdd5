"""The whole bot with agents in real tmux, on a host that is reached in both ways; the watchdog looks when told to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.config.cost_settings import CostSettings
from bot.localhub.state import git as hub_git
from bot.localhub.state import issues as hub_issues
from bot.supervision.hosts import ssm
from bot.supervision.model import WatchSessions
from bot.supervision.sessions.store import events_of, sessions_of
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.driving_hosts import INSTANCE
from tests.support.sessions import Repository, Sessions
from tests.support.waiting import until

if TYPE_CHECKING:
    import signal
    from collections.abc import AsyncIterator, Mapping

    from bot.localhub.state.nouns import Issue
    from bot.supervision.sessions.model import Session, SessionState

TICK = timedelta(minutes=2)
# Gives its sign, until it is told how to end: the file `end` holds the exit status, or the name of a signal.
AGENT = """\
cd "$1"
echo "$$" >> starts
trap 'exit 0' HUP TERM
while [ ! -e end ]; do [ -e silent ] || echo on >> beat; sleep 0.1; done
how=$(cat end); [ -e always ] || rm -f end
case $how in [0-9]*) exit "$how" ;; *) trap - HUP TERM; kill -s "$how" $$ ;; esac
"""
CONFIG = """\
hosts:
  build: {host}
supervision:
  watch: {{conduct: {conduct}, push: {push}, files: observe}}
agents:
"""
ONE = """\
  {name}:
    host: build
    socket: {socket}
    work_tree: {tree}
    command: sh {script} {folder}
    heartbeat: {{log: {folder}/beat}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent of a test, with the folder that it lives in."""

    name: str
    folder: Path
    sessions: Sessions

    @property
    def starts(self) -> list[int]:
        """The processes that it was started as."""
        file = self.folder / "starts"
        return [int(each) for each in file.read_text().split()] if file.exists() else []

    @property
    def signs(self) -> int:
        """How much it has given as signs of life."""
        beat = self.folder / "beat"
        return beat.stat().st_size if beat.exists() else 0

    async def works(self) -> None:
        """This function will wait until it gives a sign."""
        before = self.signs
        await until(lambda: self.signs > before)

    async def end(self, how: str, *, always: bool = False) -> None:
        """This function will have it end, with an exit status or by a signal, and wait until tmux knows."""
        if always:
            (self.folder / "always").touch()
        said = self.folder / "said"
        said.write_text(how)
        said.rename(self.folder / "end")  # whole, or not there
        await self.is_over()

    async def is_over(self) -> None:
        """This function will wait until its pane's process has ended."""
        told = ("list-panes", "-a", "-f", f"#{{==:#{{@pilothouse}},{self.name}}}", "-F", "#{pane_dead}")
        await until(lambda: set(self.sessions.run(*told).split()) == {"1"})

    @property
    def shell(self) -> int:
        """The process of its pane."""
        return int(self.sessions.run("list-panes", "-t", f"={self.name}:", "-F", "#{pane_pid}"))

    def signal(self, which: signal.Signals) -> None:
        """This function will send all of its processes below its pane's shell a signal."""
        for process in psutil.Process(self.shell).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(which)


@dataclass
class Watched:
    """A repository whose agents are watched."""

    bot: Bot
    sessions: Sessions
    tree: Path
    world: Cloud | None = None

    def __post_init__(self) -> None:
        self.script = self.sessions.folder / "agent.sh"
        self.script.write_text(AGENT, encoding="utf-8")
        self.agents: dict[str, Agent] = {}

    async def configure(
        self, *names: str, conduct: str = "act", push: str = "observe", more: Mapping[str, str] | None = None
    ) -> None:
        """This function will push a configuration with these agents, which are looked at at once."""
        host = (
            "{}" if self.world is None else f"{{instance: {INSTANCE}, account: '{HOME}', region: us-east-1}}"
        )
        text = CONFIG.format(host=host, conduct=conduct, push=push)
        for name in names:
            folder = self.sessions.folder / name
            folder.mkdir(exist_ok=True)
            self.agents[name] = Agent(name=name, folder=folder, sessions=self.sessions)
            text += ONE.format(
                name=name, socket=self.sessions.socket, tree=self.tree, script=self.script, folder=folder
            )
            text += (more or {}).get(name, "")
        files = {".github/pilothouse.yml": text}
        store, author = self.bot.hub.store, self.bot.ada
        hub_git.push(store, self.bot.repository, "main", files=files, message="Say", author=author)
        await self.rest()

    async def works(self) -> None:
        """This function will wait until all agents give a sign."""
        await asyncio.gather(*(agent.works() for agent in self.agents.values()))

    async def tick(self, after: timedelta = TICK) -> dict[str, SessionState]:
        """This function will let time pass, have the watchdog look, and return how each session stands."""
        self.bot.clock.advance(after)
        cause = f"{self.bot.clock():%Y%m%dT%H%M%S}"
        await self.bot.engine.submit([WatchSessions(repository=self.bot.ref, cause=cause).start()])
        await self.rest()
        return {name: row.state for name, row in (await self.rows()).items()}

    async def rest(self) -> None:
        """This function will let what is under way end, with the time that the watchdog rests between its looks."""
        await self.bot.settle()
        while (deadline := self.bot.engine.next_deadline()) is not None:
            self.bot.clock.advance(max(deadline - self.bot.clock(), timedelta()))
            await self.bot.settle()

    async def rows(self) -> dict[str, Session]:
        """This function will return the rows of all sessions."""
        found = await self.bot.database.read(lambda rows: sessions_of(rows, self.bot.ref.id))
        return {one.name: one for one in found}

    async def happened(self, name: str) -> list[str]:
        """This function will list what happened to a session, in its order."""
        events = await self.bot.database.read(lambda rows: events_of(rows, self.bot.ref.id, name, most=100))
        return [one.kind.value for one in sorted(events, key=lambda one: one.at)]

    async def says(self, body: str) -> str:
        """This function will comment as somebody who may write, and return the bot's answer once it is given."""
        pull = self.bot.pull
        made = hub_issues.write_comment(
            self.bot.hub.store, self.bot.repository, pull.number, body=body, author=self.bot.ada
        )
        await self.rest()
        start = f"<!-- pilothouse:receipt {made.id}/"
        comments = self.bot.repository.issues[pull.number].comments
        return next(one.body for one in comments if one.body.startswith(start))

    def issues(self) -> list[Issue]:
        """This function will list the issues that the bot opened about sessions."""
        issues = self.bot.repository.issues.values()
        return [one for one in issues if one.body and one.body.startswith("<!-- pilothouse:session ")]


@asynccontextmanager
async def watched(
    folder: Path, way: str = "local", *, repeat_every_step: bool = False
) -> AsyncIterator[Watched]:
    """This function will open a bot whose repository may have agents watched, on a host reached in one of the ways."""
    sessions = Sessions(folder=folder)
    git = folder / "git"
    git.mkdir()
    repository = Repository(folder=git, full_name=REPOSITORY).make()
    names = frozenset({REPOSITORY.lower()})
    try:
        if way == "local":
            settings = CostSettings(local_repositories=names)
            async with serving(folder, costs=settings, repeat_every_step=repeat_every_step) as bot:
                yield Watched(bot, sessions, repository.tree)
            return
        async with cloud() as world:
            world.remote.manage(INSTANCE, Path("/"))
            settings = CostSettings(aws_repositories=names, aws_endpoint_url=world.url)
            with pytest.MonkeyPatch.context() as pace:
                pace.setattr(ssm, "_FIRST_PAUSE", 0.01)
                pace.setattr(ssm, "_LONGEST_PAUSE", 0.1)
                async with serving(folder, costs=settings, repeat_every_step=repeat_every_step) as bot:
                    yield Watched(bot, sessions, repository.tree, world)
    finally:
        await asyncio.to_thread(sessions.end)
