"""Deliveries come from the local GitHub through a webhook proxy to a webhook on this machine."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import orjson
from aiohttp import web

from bot.localhub.state import git
from bot.web.forwarding.forwarder import Forwarding, forward
from bot.web.webhook import is_signed
from tests.localhub.conftest import seed
from tests.support.set_ups import serving
from tests.support.smee import webhook_proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.server import LocalHub


class Taking:
    """A webhook, and what the client says."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.events: list[str] = []
        self.fits: list[bool] = []
        self.said: list[str] = []
        self.moved = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        """This function will take a delivery."""
        body = await request.read()
        orjson.loads(body)
        self.events.append(request.headers["X-GitHub-Event"])
        self.fits.append(is_signed(body, self.secret, request.headers["X-Hub-Signature-256"]))
        self.moved.set()
        return web.Response(status=202)

    def say(self, sentence: str) -> None:
        """This function will note what the client says."""
        self.said.append(sentence)
        self.moved.set()

    async def until(self, *, events: int = 0, said: str = "", times: int = 1) -> None:
        """This function will wait until so many deliveries came, or a sentence was said so often."""
        async with asyncio.timeout(20):
            while len(self.events) < events or sum(said in one for one in self.said) < times:
                self.moved.clear()
                await self.moved.wait()


@asynccontextmanager
async def forwarding(channel: str, secret: str) -> AsyncIterator[Taking]:
    """Forward from a channel to a webhook."""
    taking = Taking(secret.encode())
    application = web.Application(client_max_size=30 << 20)
    application.router.add_post("/webhook", taking.take)
    async with serving(application) as url:
        way = Forwarding(
            channel=channel,
            target=f"{url}/webhook",
            secrets=(secret.encode(),),
            said=taking.say,
            pause=0.01,
        )
        task = asyncio.create_task(forward(way))
        try:
            yield taking
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_deliveries_arrive_as_github_signed_them(hub: LocalHub) -> None:
    """A pull request with everything that a title can hold; and again after the channel broke off."""
    async with webhook_proxy() as proxy, forwarding(f"{proxy}/channel", hub.webhook_secret) as taking:
        await taking.until(said="Deliveries are fetched")
        hub.set_webhook(f"{proxy}/channel")
        seeded = seed(hub)
        await hub.settle()
        await taking.until(events=len(hub.deliveries.listed))
        async with aiohttp.ClientSession() as session:
            await session.delete(f"{proxy}/channel")
        await taking.until(said="broke off")
        await taking.until(said="Deliveries are fetched", times=2)
        author = hub.store.user("ada")
        git.push(
            hub.store,
            seeded.repository,
            "topic",
            files={"a": "1"},
            message='<Größe> & "🦀" \\/',
            author=author,
        )
        await hub.settle()
        await taking.until(events=len(hub.deliveries.listed))
    assert all(taking.fits)
    assert sorted(taking.events) == sorted(one.event for one in hub.deliveries.listed)
    assert not any("channel/" in one or "/channel" in one for one in taking.said)


async def test_what_is_no_channel_is_told_and_tried_again() -> None:
    """With the name of the host alone: whoever knows the channel can read along."""
    async with serving(web.Application()) as url, forwarding(f"{url}/AbCdEf", "secret") as taking:
        await taking.until(said="answered 404", times=2)
    assert not any("AbCdEf" in one for one in taking.said)


async def test_a_webhook_that_does_not_answer_is_told(hub: LocalHub) -> None:
    said: list[str] = []
    heard = asyncio.Event()

    def say(sentence: str) -> None:
        said.append(sentence)
        heard.set()

    async with webhook_proxy() as proxy:
        way = Forwarding(channel=f"{proxy}/c", target="http://127.0.0.1:9/webhook", secrets=(), said=say)
        task = asyncio.create_task(forward(way))
        await heard.wait()
        heard.clear()
        hub.set_webhook(f"{proxy}/c")
        hub.deliveries.ping()
        await heard.wait()
        async with aiohttp.ClientSession() as session:
            heard.clear()
            await session.post(f"{proxy}/c", json={"by": "a stranger"})
            await heard.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert "not handed on" in said[1]
    assert "does not come from GitHub" in said[2]
