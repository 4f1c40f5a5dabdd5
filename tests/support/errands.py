"""Deployments reduced to their lease: they wait for an environment, stay in it for a while, give it back.

As a program: `python -m tests.support.errands DATABASE_URL EFFECTS_FILE NAME MOST` carries out errands until it is
killed; it prints `ready` when it is open. Every coming and going is one line of the effects file:
`kind run-id token process`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.commands.model import Reason, Receipt, Refused, Status
from bot.commands.spec import Services
from bot.deployments.leases.leasing import Wanted, acquire, give_back, keep_alive
from bot.deployments.leases.model import Ask, Holder, HoldKind, Lease, Place
from bot.deployments.leases.rows import lease_of
from bot.deployments.model import Task
from bot.engine.durable import Engine
from bot.engine.model import Flow, Queue, Run, Signal, Start
from bot.gates.model import NEWS, About, News
from bot.github.app import GitHub
from bot.github.models import Actor, InstallationId, RepositoryRef
from bot.storage.database import Database
from bot.storage.effects import Effects as EffectsLedger
from tests.support.engine import InProcessEngine
from tests.support.stories import LIMITS, Effects

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy import Connection

    from tests.support.story import Story

REPOSITORY = RepositoryRef(installation_id=InstallationId(11), id=22, full_name="octo/harbour")
PERSON = Actor(id=7, login="ada")
LENGTH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What needs an environment."""

    name: str
    number: int = 5
    repository: RepositoryRef = REPOSITORY
    environment: str = "production"
    task: Task = Task.DEPLOY
    receipt: Receipt | None = None
    pause_ms: int = 0  # 0: it stays until it is told to go on
    workflow_run_id: int | None = None

    def start(self) -> Start:
        """This function will make the start of its run."""
        return Start(
            flow="errand", run_id=self.name, request=self, queue=Queue.DEPLOYMENTS, partition=self.name
        )

    def wanted(self) -> Wanted:
        """This function will make what it asks for."""
        holder = Holder(
            run_id=self.name, kind=HoldKind.DEPLOY, person=PERSON, number=self.number, sha="1a2b3c4d" * 5
        )
        return Wanted(
            repository=self.repository,
            place=Place(repository_id=self.repository.id, environment=self.environment),
            ask=Ask(holder=holder, length=LENGTH, task=self.task),
            receipt=self.receipt,
            web_url="https://github.com/octo/harbour",
        )


@dataclass(frozen=True, slots=True)
class Errands:
    """Carries errands out and remembers what came of them."""

    services: Services
    effects: Effects | None = None
    process: str = ""
    log: list[tuple[str, str, int]] = field(default_factory=list)
    refused: dict[str, Refused] = field(default_factory=dict)

    async def story(self, run: Run, errand: Errand) -> None:
        """This function will wait for the environment, stay in it and give it back."""
        lease = await acquire(run, errand.wanted(), services=self.services)
        if isinstance(lease, Refused):
            self.refused[run.id] = lease
            return
        await run.step("enter", partial(self._note, "enter", run.id, lease), returns=None)
        kept = await self._stay(run, errand, lease)
        await run.step(
            "leave here" if kept else "lost", partial(self._note, "leave", run.id, lease), returns=None
        )
        await give_back(run, lease, services=self.services)

    async def _stay(self, run: Run, errand: Errand, lease: Lease) -> bool:
        number = errand.workflow_run_id
        if errand.pause_ms:
            await run.sleep(timedelta(milliseconds=errand.pause_ms))
            return True
        while True:
            kept = await keep_alive(run, lease, length=LENGTH, services=self.services, workflow_run_id=number)
            if kept is None:
                return False
            news = await run.wait(NEWS, timeout=timedelta(minutes=2), returns=News)
            if news is not None and news.about is About.PROMOTE:
                return True

    async def _note(self, what: str, run_id: str, lease: Lease) -> None:
        self.log.append((what, run_id, lease.token))
        if self.effects is not None:
            self.effects.add(what, run_id, f"{lease.token} {self.process}")

    def flow(self) -> Flow:
        """This function will name the story."""
        return Flow(name="errand", request=Errand, story=self.story)


class Harbour:
    """An environment, and errands that want it."""

    def __init__(self, story: Story, *, repeat_every_step: bool = False) -> None:
        self.story = story
        self.errands = Errands(story.services)
        self.engine = InProcessEngine(
            [self.errands.flow()], clock=story.clock, repeat_every_step=repeat_every_step
        )
        self.place = Place(repository_id=story.ref.id, environment="production")

    async def send(self, *names: str, task: Task = Task.DEPLOY, workflow_run_id: int | None = None) -> None:
        """This function will send errands out, one after the other."""
        for name in names:
            receipt = Receipt(
                number=self.story.pull.number,
                key=f"{name}/0",
                line="/deploy production",
                author="ada",
                status=Status.QUEUED,
                reason=Reason.IN_TURN,
                text="",
            )
            errand = Errand(
                name=name,
                repository=self.story.ref,
                task=task,
                receipt=receipt,
                workflow_run_id=workflow_run_id,
            )
            await self.engine.submit([errand.start()])
            await self.engine.drain()

    async def tell(self, name: str, about: About, **said: str) -> None:
        """This function will tell an errand something."""
        message = News(about=about, by=said.get("by", ""), text=said.get("text", ""))
        key = f"{about}-{self.story.clock()}"
        await self.engine.submit([Signal(run_id=name, topic=NEWS, message=message, key=key)])
        await self.engine.drain()

    async def finish(self, name: str) -> None:
        """This function will let an errand go on and give its environment back."""
        await self.tell(name, About.PROMOTE)

    async def pass_time(self, minutes: int) -> None:
        """This function will let time pass as it does, a little at a time."""
        for _ in range(minutes // 2):
            self.story.clock.advance(timedelta(minutes=2))
            await self.engine.drain()

    @property
    def entered(self) -> list[str]:
        """Who came in, in order."""
        return [name for what, name, _ in self.errands.log if what == "enter"]

    async def lease(self) -> Lease | None:
        """Who holds the environment."""
        return await self.story.database.read(lambda connection: lease_of(connection, self.place))

    async def change(self, act: Callable[[Connection], object]) -> None:
        """This function will change what is stored."""
        await self.story.database.write(act)


@asynccontextmanager
async def errand_engine(url: str, effects: Effects, *, name: str, most: int) -> AsyncIterator[Engine]:
    """This function will open a durable engine that carries errands out; GitHub is never asked.

    At most so many have their turn in it at once; the rest is for another process.
    """
    database = Database(url)
    database.open()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    try:
        async with GitHub("1", key.decode(), clock=_clock, api_url="http://127.0.0.1:1") as github:
            ledger = EffectsLedger(database, _clock)
            services = Services(github=github, effects=ledger, database=database, specs=())
            story = Errands(services, effects, name).flow()
            limits = replace(LIMITS, deployments=most)
            async with Engine(url, (story,), clock=_clock, limits=limits) as engine:
                yield engine
    finally:
        database.close()


@asynccontextmanager
async def errand_process(
    url: str, effects: Effects, *, name: str, most: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """This function will carry errands out in a process of its own and kill it, as `kill -9` does, at the end."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.errands",
        url,
        str(effects.path),
        name,
        str(most),
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout is not None
    try:
        async with asyncio.timeout(60):
            while b"ready" not in (line := await running.stdout.readline()):
                assert line, "the process ended"
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGKILL)
        await running.communicate()


def _clock() -> datetime:
    return datetime.now(UTC)


async def _run_until_killed(url: str, path: str, name: str, most: str) -> None:
    async with errand_engine(url, Effects(path), name=name, most=int(most)):
        print("ready", flush=True)  # noqa: T201 - told to the test
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_run_until_killed(*sys.argv[1:5]))
