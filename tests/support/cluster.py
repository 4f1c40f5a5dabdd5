"""Web and worker processes apart, as a Procfile runs them, on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager, suppress
from signal import SIGKILL, SIGTERM
from typing import TYPE_CHECKING, Any

import psycopg

from bot.demo.process import BotProcess
from bot.localhub.state import accounts, git, issues, pulls
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from signal import Signals

    from bot.localhub.server import LocalHub

PATIENCE = 60.0
_EXIT_SECONDS = 25.0


class Cluster:
    """Two web processes and as many workers as a test starts, and the repository in which people command them."""

    def __init__(self, hub: LocalHub, url: str, folder: Path) -> None:
        self.hub = hub
        self.url = url
        self._folder = folder
        self._started = 0
        self.workers: dict[str, asyncio.subprocess.Process] = {}
        self.webs: dict[str, BotProcess] = {}
        self.commands: dict[str, float] = {}  # when each was written
        self.answered: dict[str, float] = {}
        self._ada = hub.store.user("ada")
        self._repository = accounts.create_repository(
            hub.store, "octo/harbour", files={"README.md": "harbour\n"}
        )
        accounts.set_role(self._repository, self._ada, "write")
        accounts.install(hub.store, hub.app, self._repository)

    def open_pulls(self, number: int) -> None:
        """This function will open so many pull requests."""
        for index in range(number):
            branch = f"b{index}"
            git.push(
                self.hub.store,
                self._repository,
                branch,
                files={"a": branch},
                message="More",
                author=self._ada,
            )
            pulls.open_pull(self.hub.store, self._repository, title="More", head=branch, author=self._ada)

    def command(self, rounds: int) -> None:
        """This function will write a command on every pull request, so many times, by turns to each web process."""
        for number in range(rounds):
            web = list(self.webs.values())[number % len(self.webs)]
            self.hub.set_webhook(f"{web.url}/webhook")
            for pull in sorted(self._repository.pulls):
                made = issues.write_comment(
                    self.hub.store, self._repository, pull, body="/ping", author=self._ada
                )
                self.commands[str(made.id)] = time.monotonic()

    def receipts(self) -> Counter[str]:
        """This function will count the answers to each command."""
        bodies = [one.body for one in self._repository.comments.values() if one.app is self.hub.app]
        told = Counter(found[1] for body in bodies if (found := re.search(r"receipt (\d+)/0", body)))
        for command in told:
            self.answered.setdefault(command, time.monotonic())
        return told

    async def all_answered(self, *, within: float = PATIENCE) -> None:
        """This function will wait until every command has its answer."""
        try:
            await until(lambda: set(self.receipts()) == set(self.commands), within=within)
        except TimeoutError as error:
            missing = set(self.commands) - set(self.receipts())
            raise AssertionError(f"unanswered: {missing}{self.tails()}") from error

    async def start_web(self) -> str:
        """This function will start a web process that is healthy when this returns."""
        name = self._name("web")
        folder = self._folder / name
        folder.mkdir()
        command = (sys.executable, "-m", "bot", "web")
        self.webs[name] = BotProcess(self.hub, folder, command=command, database_url=self.url)
        await self.webs[name].start(seconds=PATIENCE)
        return name

    async def start_worker(self) -> str:
        """This function will start a worker that runs flows when this returns."""
        name = self._name("worker")
        environment = BotProcess(self.hub, self._folder, database_url=self.url).environment()
        log = self._folder / f"{name}.log"
        with log.open("wb") as output:
            self.workers[name] = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "worker"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        await until(lambda: "engine_started" in log.read_text(encoding="utf-8"), within=PATIENCE)
        return name

    async def busy(self) -> str:
        """This function will name a worker that is in the middle of two runs, as soon as there is one."""
        query = (
            "select executor_id from dbos.workflow_status where status = 'PENDING' and queue_name = 'events'"
        )
        async with asyncio.timeout(PATIENCE):
            while True:
                begun = Counter(row[0] for row in await self.ask(query))
                for name in self.workers:
                    if begun[self._executor_of(name)] > 1:
                        return name

    def _executor_of(self, name: str) -> str:
        text = (self._folder / f"{name}.log").read_text(encoding="utf-8")
        found = re.search(r'"executor": ?"([0-9a-f]+)"', text)
        assert found is not None, text
        return found[1]

    async def end_worker(self, name: str, how: Signals) -> float:
        """This function will end a worker and say how long it took."""
        worker, began = self.workers[name], time.monotonic()
        worker.send_signal(how)
        async with asyncio.timeout(_EXIT_SECONDS):
            await worker.wait()
        del self.workers[name]
        return time.monotonic() - began

    async def kill_web(self, name: str) -> None:
        """This function will kill a web process; deliveries go to the other from then on."""
        web = self.webs.pop(name)
        assert web.process is not None
        web.process.send_signal(SIGKILL)
        await web.process.wait()

    async def ask(self, query: str) -> list[tuple[Any, ...]]:
        """This function will ask the database."""
        async with await psycopg.AsyncConnection.connect(self.url) as connection:
            answer = await connection.execute(query.encode())
            return list(await answer.fetchall())

    async def drop_sessions(self) -> None:
        """This function will end every session, as a server does that is restarted."""
        await self.ask(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )

    def tails(self) -> str:
        """This function will give the ends of all logs."""
        ends = []
        for log in sorted(self._folder.rglob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
            ends.append("\n".join([f"\n{log.name}:", *lines]))
        return "\n".join(ends)

    async def stop(self) -> None:
        """This function will end everything, by force where it takes too long."""
        for worker in self.workers.values():
            with suppress(ProcessLookupError):
                worker.send_signal(SIGTERM)
        for web in self.webs.values():
            await web.stop()
        for worker in self.workers.values():
            with suppress(TimeoutError):
                async with asyncio.timeout(_EXIT_SECONDS):
                    await worker.wait()
            if worker.returncode is None:
                worker.kill()
                await worker.wait()

    def _name(self, kind: str) -> str:
        self._started += 1
        return f"{kind}{self._started}"


@asynccontextmanager
async def cluster(hub: LocalHub, url: str, folder: Path) -> AsyncIterator[Cluster]:
    """This function will run two web processes and two workers until the block ends."""
    made = Cluster(hub, url, folder)
    try:
        await asyncio.gather(made.start_worker(), made.start_worker())
        await asyncio.gather(made.start_web(), made.start_web())
        yield made
    finally:
        await made.stop()
