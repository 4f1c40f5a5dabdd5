"""The product in processes on one database, whose workers can be killed: one `serve`, or webs and workers."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil
import psycopg
import sqlalchemy as sa

from bot.demo.process import BotProcess
from bot.engine.durable_store import engine_url
from tests.bench.installed import PYTHON
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.server import LocalHub

_QUIETLY = {"PILOTHOUSE_WRITE_PACE": "0", "PILOTHOUSE_LOG_LEVEL": "warning"}
_PATIENCE = 120.0
_LOOK_SECONDS = 0.25


@dataclass
class Fleet:
    """Web processes with the workers beside or below them."""

    url: str  # of the database
    folder: Path
    webs: list[BotProcess]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)  # none: a child of the web process
    kills: int = 0

    def kill_a_worker(self) -> None:
        """This function will kill a worker as the kernel does, the next one each time, and start it again."""
        self.kills += 1
        if not self.workers:
            for child in _family(self.webs[0])[1:]:
                with suppress(psutil.NoSuchProcess):
                    child.send_signal(signal.SIGKILL)
            return
        place = self.kills % len(self.workers)
        self.workers[place].kill()
        self.workers[place].wait()
        self.workers[place] = self.worker()

    async def kill_everything(self) -> None:
        """This function will kill every process and start them all again."""
        self.kills += 1
        for web in self.webs:
            for each in _family(web):
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(signal.SIGKILL)
            assert web.process is not None
            await web.process.wait()
            await web.start(seconds=_PATIENCE)
        for place, worker in enumerate(self.workers):
            worker.kill()
            worker.wait()
            self.workers[place] = self.worker()

    def worker(self) -> subprocess.Popen[bytes]:
        """This function will start a worker of its own."""
        with (self.folder / "workers.log").open("ab") as output:
            return subprocess.Popen(
                (PYTHON, "-m", "bot", "worker"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.webs[0].environment() | {"MALLOC_ARENA_MAX": "1"},
            )

    def memory(self) -> float:
        """This function will give what all processes hold together in MB; what they share counts once."""
        held = 0.0
        for each in [*(one for web in self.webs for one in _family(web)), *map(_process, self.workers)]:
            with suppress(psutil.NoSuchProcess):
                held += each.memory_full_info().pss / 1e6
        return held

    def inbox(self) -> dict[str, int]:
        """This function will count the deliveries by state."""
        is_sqlite = self.url.startswith("sqlite")
        name = "inbox" if is_sqlite else "pilothouse_inbox"
        return dict(self._rows(f"select state, count(*) from {name} group by state", "pilothouse-inbox.db"))  # noqa: S608 - a name of ours

    def unfinished(self) -> int:
        """This function will count the runs of deliveries that are queued or under way."""
        schema = "" if self.url.startswith("sqlite") else "dbos."
        query = (
            f"select status, count(*) from {schema}workflow_status"  # noqa: S608 - a name of ours
            " where status in ('ENQUEUED', 'PENDING') and queue_name = 'events' group by status"
        )
        return sum(count for _, count in self._rows(query, "pilothouse-engine.db"))

    def size(self) -> float:
        """This function will say how large the database is, in MB."""
        if self.url.startswith("sqlite"):
            return sum(path.stat().st_size for path in self.folder.glob("pilothouse*.db*")) / 1e6
        with psycopg.connect(self.url) as connection:
            row = connection.execute("select pg_database_size(current_database())").fetchone()
        assert row is not None
        return float(row[0]) / 1e6

    def _rows(self, query: str, file: str) -> list[tuple[str, int]]:
        url = engine_url(self.url)
        if self.url.startswith("sqlite"):
            url = url.set(database=str(self.folder / file))
        engine = sa.create_engine(url)
        with closing(engine.connect()) as connection:
            rows = [(str(name), int(count)) for name, count in connection.execute(sa.text(query))]
        engine.dispose()
        return rows


@asynccontextmanager
async def fleet(hub: LocalHub, folder: Path, *, url: str = "", pairs: int = 1) -> AsyncIterator[Fleet]:
    """This function will run `serve` on SQLite, or with a PostgreSQL URL as many webs and workers, until all live."""
    command = (PYTHON, "-m", "bot", "web" if url else "serve")
    given = url or f"sqlite:///{folder}/pilothouse.db"
    made = Fleet(
        url=given,
        folder=folder,
        webs=[
            BotProcess(hub, folder, command=command, database_url=given, settings=_QUIETLY)
            for _ in range(pairs)
        ],
    )
    try:
        for web in made.webs:
            await web.start(seconds=_PATIENCE)
        if url:
            made.workers += [made.worker() for _ in range(pairs)]
        hub.set_webhook(f"{made.webs[0].url}/webhook")
        yield made
        hub.set_webhook(None)
    finally:
        for worker in made.workers:
            worker.kill()
            worker.wait()
        for web in made.webs:
            await web.stop()


async def drained(made: Fleet, *, within: float) -> None:
    """This function will wait until nothing waits in the inbox and no run is unfinished."""

    async def is_over() -> bool:
        await asyncio.sleep(_LOOK_SECONDS)
        return not await asyncio.to_thread(lambda: made.inbox().get("waiting") or made.unfinished())

    await until(is_over, within=within)


def _family(web: BotProcess) -> list[psutil.Process]:
    assert web.process is not None
    try:
        parent = psutil.Process(web.process.pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _process(worker: subprocess.Popen[bytes]) -> psutil.Process:
    return psutil.Process(worker.pid)
