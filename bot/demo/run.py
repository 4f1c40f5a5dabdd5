"""Runs the demo: the whole story once, or the world for as long as someone looks at it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING

from bot.app.clock import clock
from bot.demo.process import BotProcessError
from bot.demo.story import STORY
from bot.demo.world import open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.demo.telling import Step
    from bot.demo.world import World

DEFAULT_PORT = 8090
_PACE = 2.0
_PACE_ONCE = 0.4
_SHOWN_LINES = 14


async def demo(*, once: bool, port: int | None, echo: Callable[[str], None], steps: int | None = None) -> int:
    """This function will run the demo and give the exit code: 0 when everything happened as told.

    With `once` it plays the story, or the first `steps` of it, and ends.
    """
    chosen = port if port is not None else 0 if once else DEFAULT_PORT
    echo("Starting a local GitHub, and the bot beside it ...")
    told_to_end = _end_on_sigterm()
    try:
        async with open_world(clock=clock, port=chosen, pace=_PACE_ONCE if once else _PACE) as world:
            return await (play(world, echo, STORY[:steps]) if once else _stay(world, echo))
    except BotProcessError as error:
        echo(str(error))
    except asyncio.CancelledError:
        if not told_to_end.is_set():
            raise
        echo("Stopped.")
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        echo(f"The local GitHub cannot listen on port {chosen}: {reason}. Choose another with --port.")
    return 1


async def play(world: World, echo: Callable[[str], None], story: Sequence[Step] = STORY) -> int:
    """This function will play every step of the story and say what happened; 1 when a step did not."""
    echo(f"The local GitHub is at {world.hub.url}, the bot at {world.bot.url}.\n")
    for number, step in enumerate(story, 1):
        if not await _play_step(world, step, number, echo):
            return 1
    calls = world.hub.gateway.seen
    failed = [delivery for delivery in world.hub.deliveries.listed if not delivery.succeeded]
    echo(
        f"All {len(story)} steps happened: {len(world.hub.deliveries.listed)} events delivered "
        f"({len(failed)} not accepted), {len(calls)} API calls."
    )
    return 0


async def _play_step(world: World, step: Step, number: int, echo: Callable[[str], None]) -> bool:
    echo(f"{number:2}. {step.title}")
    begun = time.monotonic()
    comment_id = step.act(world)
    try:
        sighting = await world.until(lambda: step.seen(world, comment_id), seconds=step.seconds)
    except TimeoutError:
        echo(f"    FAILED: it did not happen within {step.seconds:.0f} s.{world.bot.tail()}\n")
        return False
    echo(f"    {sighting.words} ({time.monotonic() - begun:.1f} s)")
    echo(f"    {sighting.url}")
    lines = sighting.text.splitlines()
    for line in lines[:_SHOWN_LINES]:
        echo(f"    | {line}".rstrip())
    if len(lines) > _SHOWN_LINES:
        echo(f"    | ... and {len(lines) - _SHOWN_LINES} more lines")
    echo("")
    return True


async def _stay(world: World, echo: Callable[[str], None]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    repository = f"{world.hub.url}/{world.harbour.repository.full_name}"
    echo(f"\nOpen  {repository}\n")
    echo(f"  red in Rust     {repository}/pull/{world.harbour.rust.number}")
    echo(f"  red in Python   {repository}/pull/{world.harbour.python.number}")
    echo(f"  network, once   {repository}/pull/{world.harbour.unlucky.number}")
    echo(
        f"  green           {repository}/pull/{world.harbour.green.number}   try /deploy staging or /merge here"
    )
    echo(f"  ill in winter   {repository}/pull/{world.harbour.berthless.number}   well in staging only")
    echo(f"  releases        {repository}/releases   write /release v1.0.0 on an issue")
    echo(
        f"  no pipeline     {world.hub.url}/{world.breakwater.repository.full_name}   pilothouse init brings it one"
    )
    echo(f"  dashboard       {world.bot.url}/   sign in as whomever you act as there")
    echo(f"  bot's log       {world.bot.log}\n\nCtrl-C ends it.")
    waiting = {asyncio.create_task(stop.wait()), asyncio.create_task(world.bot.ended())}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    world.bot.check()
    echo("Stopping ...")
    return 0


def _end_on_sigterm() -> asyncio.Event:
    """Let SIGTERM unwind this task, so that the bot is stopped with it; the event says that it came."""
    told = asyncio.Event()
    task = asyncio.current_task()

    def end() -> None:
        told.set()
        if task is not None:
            task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    return told
