"""The whole product for benchmarks: `pilothouse serve` in its processes, beside the local GitHub."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import psutil

from bot.demo.process import BotProcess
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, issues, pulls
from bot.storage.database import Database
from tests.bench.installed import PYTHON
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.state.nouns import Comment, Repository

# Without the pause between writes: what is measured is ours, not GitHub's wish.
_COMMAND = (
    "env",
    "PILOTHOUSE_WRITE_PACE=0",
    "PILOTHOUSE_LOG_LEVEL=warning",
    PYTHON,
    "-m",
    "bot",
    "serve",
)


_LOOK_SECONDS = 0.1
_RECEIPT = "pilothouse:receipt"


@dataclass(frozen=True, slots=True)
class Memory:
    """What both processes hold, in MB."""

    resident: tuple[float, ...]  # of each process; what they share is counted in each
    shared_once: float  # of both together


@dataclass
class Product:
    """A running bot with repositories to play in."""

    hub: LocalHub
    process: BotProcess
    repositories: list[Repository] = field(default_factory=list)
    answering_seconds: float = 0.0  # from the command until it answers
    started_seconds: float = 0.0  # from the command until the worker lives

    def seed(self, *, repositories: int, pulls_each: int) -> None:
        """This function will make repositories, each an installation of its own, with pull requests."""
        store = self.hub.store
        ada = store.user("ada")
        for number in range(repositories):
            repository = accounts.create_repository(
                store, f"owner{number}/harbour", files={"README.md": "1\n"}
            )
            accounts.set_role(repository, ada, "write")
            accounts.install(store, self.hub.app, repository)
            self.repositories.append(repository)
            for pull in range(pulls_each):
                git.push(
                    store, repository, f"b{pull}", files={f"{pull}.txt": "1"}, message="More", author=ada
                )
                pulls.open_pull(store, repository, title="More", head=f"b{pull}", author=ada)

    def comment(self, turn: int, text: str = "/ping") -> Comment:
        """This function will write a comment, on another pull request each turn."""
        repository = self.repositories[turn % len(self.repositories)]
        numbers = sorted(repository.pulls)
        number = numbers[(turn // len(self.repositories)) % len(numbers)]
        ada = self.hub.store.user("ada")
        return issues.write_comment(self.hub.store, repository, number, body=text, author=ada)

    def answered(self) -> int:
        """This function will count the bot's comments."""
        return sum(
            comment.app is self.hub.app
            for repository in self.repositories
            for pull in repository.pulls.values()
            for comment in pull.issue.comments
        )

    def receipts(self) -> Counter[str]:
        """This function will say how often each command was answered, by the hidden marker of its receipt."""
        return Counter(
            comment.body.partition(_RECEIPT)[2].partition("-->")[0].strip()
            for repository in self.repositories
            for pull in repository.pulls.values()
            for comment in pull.issue.comments
            if comment.app is self.hub.app and _RECEIPT in comment.body
        )

    def family(self) -> list[psutil.Process]:
        """The web process and the worker."""
        assert self.process.process is not None
        web = psutil.Process(self.process.process.pid)
        return [web, *web.children(recursive=True)]

    async def health(self) -> dict[str, int]:
        """This function will read what the bot says of itself."""
        await asyncio.sleep(_LOOK_SECONDS)  # a public route has its limit
        async with aiohttp.ClientSession() as session, session.get(f"{self.process.url}/healthz") as response:
            said: dict[str, int] = await response.json()
            return said

    async def worker_lives(self) -> bool:
        """This function will say whether the worker has shown a sign of life."""
        return bool((await self.health())["workers"])

    async def drained(self) -> bool:
        """This function will say whether nothing waits in the inbox."""
        return not (await self.health())["waiting"]

    def memory(self) -> Memory:
        """This function will give the memory of both processes."""
        infos = [each.memory_full_info() for each in self.family()]
        return Memory(
            resident=tuple(each.rss / 1e6 for each in infos),
            shared_once=sum(each.pss for each in infos) / 1e6,
        )

    def cpu_seconds(self) -> float:
        """This function will give the CPU time of all processes."""
        times = [each.cpu_times() for each in self.family()]
        return sum(each.user + each.system for each in times)


@asynccontextmanager
async def running_product() -> AsyncIterator[Product]:
    """This function will start the product and wait for the worker's first sign of life."""
    hub = await LocalHub.start(clock=lambda: datetime.now(UTC))
    with tempfile.TemporaryDirectory() as folder:
        process = BotProcess(hub, Path(folder), command=_COMMAND)
        # The first start of all makes the tables, every later one finds them.
        database = Database(f"sqlite:///{folder}/pilothouse.db")
        database.open()
        database.close()
        product = Product(hub, process)
        try:
            began = time.perf_counter()
            await process.start(seconds=60)
            product.answering_seconds = time.perf_counter() - began
            await until(product.worker_lives, within=60)
            product.started_seconds = time.perf_counter() - began
            hub.set_webhook(f"{process.url}/webhook")
            yield product
            hub.set_webhook(None)
        finally:
            await process.stop()
            await hub.close()
