"""The client of a webhook proxy, beside the webhook and alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web
from click.testing import CliRunner

from bot.app.forwarding import add_forwarder
from bot.cli import main
from tests.support.bot import settings_for
from tests.support.onboarding import bare_environment, running
from tests.support.set_ups import serving
from tests.support.smee import webhook_proxy

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub


async def test_it_runs_beside_the_webhook(hub: LocalHub, tmp_path: Path) -> None:
    """Where a channel is set, deliveries come from there to our own port, as long as it is served."""
    taken: asyncio.Queue[str] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        taken.put_nowait(request.headers["X-GitHub-Event"])
        return web.Response(status=202)

    receiver = web.Application()
    receiver.router.add_post("/webhook", take)
    async with webhook_proxy() as proxy, serving(receiver) as url:
        settings = replace(settings_for(hub, tmp_path), webhook_proxy=f"{proxy}/channel")
        beside = web.Application()
        add_forwarder(beside, settings, port=int(url.rpartition(":")[2]))
        async with serving(beside):
            hub.set_webhook(f"{proxy}/channel")
            async with asyncio.timeout(20):
                while taken.empty():
                    hub.deliveries.ping()  # what comes before somebody listens is lost, as at smee.io
                    await hub.settle()
                    await asyncio.sleep(0.05)
    assert taken.get_nowait() == "ping"


async def test_without_a_channel_it_does_not_run(hub: LocalHub, tmp_path: Path) -> None:
    application = web.Application()
    before = len(application.cleanup_ctx)
    add_forwarder(application, settings_for(hub, tmp_path), port=1)
    assert len(application.cleanup_ctx) == before


async def test_it_runs_alone(hub: LocalHub, tmp_path: Path) -> None:
    """`pilothouse forward` says of every delivery what became of it, and that no secret is set here."""
    async with (
        webhook_proxy() as proxy,
        running(
            bare_environment(hub, tmp_path),
            "forward",
            f"{proxy}/channel",
            "--to",
            "http://127.0.0.1:9/webhook",
        ) as process,
    ):
        assert process.stdout is not None
        lines = [(await process.stdout.readline()).decode() for _ in range(3)]
        hub.set_webhook(f"{proxy}/channel")
        hub.deliveries.ping()
        lines.append((await process.stdout.readline()).decode())
    assert "No webhook secret is set here" in lines[0]
    assert "Deliveries are fetched" in lines[2]
    assert lines[3].startswith("ping ")
    assert "not handed on" in lines[3]


def test_what_is_no_channel_is_refused() -> None:
    said = CliRunner().invoke(main, ["forward", "http://smee.io/abc"])
    assert said.exit_code == 2
    assert "must be https" in said.output
