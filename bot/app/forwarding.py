"""Puts the client of a webhook proxy beside the webhook, or runs it alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.web.forwarding.forwarder import Forwarding, forward

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.web import Application

    from bot.config.settings import Settings

log = structlog.get_logger()


def add_forwarder(application: Application, settings: Settings, *, port: int) -> None:
    """This function will fetch deliveries from the channel that is set, where one is, while the application serves."""
    if not settings.webhook_proxy:
        return
    way = Forwarding(
        channel=settings.webhook_proxy,
        target=f"http://127.0.0.1:{port}/webhook",
        secrets=settings.webhook_secrets,
        said=lambda sentence: log.info("webhook_proxy", said=sentence),
    )

    async def forwarding(_application: Application) -> AsyncIterator[None]:
        task = asyncio.create_task(forward(way))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    application.cleanup_ctx.append(forwarding)
