"""A health endpoint that can go bad, and flows that watch it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.config.policy import CanaryConfig, HttpCheck, VerifyConfig
from bot.deployments.canary import PromotionWork, await_promotion
from bot.deployments.health.probing import Prober
from bot.deployments.health.verification import Beat, Stopped, VerifyWork, verify
from bot.engine.model import Flow, Signal, Start
from bot.gates.model import NEWS, News
from tests.support.engine import InProcessEngine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.engine.model import Run

LOOPBACK = Prober(allowed=(ip_network("127.0.0.0/8"),))
RUN = "watch-1"


@dataclass
class Endpoint:
    """An address whose health a test decides."""

    url: str = ""
    status: int = 200
    asked: int = 0

    async def answer(self, _: web.Request) -> web.Response:
        """This function will answer as the test says."""
        self.asked += 1
        return web.Response(status=self.status, text="fine")


@asynccontextmanager
async def endpoint() -> AsyncIterator[Endpoint]:
    """This function will serve a health endpoint on loopback."""
    served = Endpoint()
    application = web.Application()
    application.router.add_get("/health", served.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/health"
    try:
        yield served
    finally:
        await runner.cleanup()


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the flow of a test is asked to watch."""

    config: VerifyConfig | None
    canary: CanaryConfig | None = None  # with it, the watch is over a step that waits to be promoted


@dataclass
class Watcher:
    """One run that watches, with its end and every moment of it."""

    repeat_every_step: bool = False
    ends: list[Any] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    stop: Stopped | None = None  # what the holder of the environment says from now on

    def __post_init__(self) -> None:
        flow = Flow(name="watch", request=Watched, story=self._story)
        self.engine = InProcessEngine([flow], repeat_every_step=self.repeat_every_step)

    async def begin(self, watched: Watched) -> None:
        """This function will begin to watch."""
        await self.engine.submit([Start(flow="watch", run_id=RUN, request=watched, partition="p")])
        await self.engine.drain()

    async def pass_time(self, seconds: int, *, times: int = 1) -> None:
        """This function will let time pass, and happen what follows."""
        for _ in range(times):
            self.engine.clock.advance(timedelta(seconds=seconds))
            await self.engine.drain()

    async def hear(self, news: News, key: str) -> None:
        """This function will give the run news."""
        await self.engine.submit([Signal(run_id=RUN, topic=NEWS, message=news, key=key)])
        await self.engine.drain()

    async def _story(self, run: Run, watched: Watched) -> None:
        work = VerifyWork(config=watched.config, pulse=self._pulse, prober=LOOPBACK)
        if watched.canary is None:
            self.ends.append(await verify(run, work))
            return
        promotion = PromotionWork(
            environment="production",
            canary=watched.canary,
            percent=10,
            verify=work,
            limit=timedelta(hours=1),
        )
        self.ends.append(await await_promotion(run, promotion))

    async def _pulse(self, beat: Beat) -> Stopped | None:
        self.beats.append(beat)
        return self.stop


def policy_for(served: Endpoint, *, steady: str = "30s", every: str = "10s") -> VerifyConfig:
    """This function will make a policy that asks the endpoint."""
    return VerifyConfig(
        http=(HttpCheck(url=served.url, contains="fine"),),
        duration=steady,
        every=every,
        grace="20s",
        failures=2,
    )
