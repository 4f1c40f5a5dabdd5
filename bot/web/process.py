"""The life of the web process: it serves, supervises the worker where it has one, and ends in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.engine.child import stop_on_signals
from bot.web.server import listening

if TYPE_CHECKING:
    from aiohttp import web

    from bot.engine.child import Child


async def run_web(app: web.Application, *, host: str, port: int, child: Child | None = None) -> int:
    """This function will serve until SIGTERM or Ctrl-C, or until the worker cannot be started, and give the exit code.

    Raises:
        PortUnusableError: the address is taken or not ours.
    """
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with listening(app, host=host, port=port):
        if child is None:
            await stop.wait()
            return 0
        working = asyncio.create_task(child.run(), name="worker")
        stopped = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        gave_up = working.done()
        stopped.cancel()
        # The worker ends while the last requests are answered: together they have 20 seconds.
        ending = asyncio.create_task(child.stop(), name="stop worker")
    await ending
    code = await working
    return code if gave_up else 0
