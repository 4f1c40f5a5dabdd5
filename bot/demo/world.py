"""The demo's world: a local GitHub with pages and a repository, and the bot as a real process beside it."""

from __future__ import annotations

import asyncio
import re
import tempfile
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.commands.spec import CommandSpec
from bot.demo.manifest import app_settings
from bot.demo.night import Night
from bot.demo.process import BotProcess
from bot.demo.visitor import Visitors
from bot.localhub.pages.routes import open_site
from bot.localhub.pages.site import CommandHint
from bot.localhub.scenarios.breakwater import found
from bot.localhub.scenarios.harbour import FULL_NAME, seed
from bot.localhub.scenarios.player import Player
from bot.localhub.server import LocalHub
from bot.plugins import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from aiohttp import web

    from bot.localhub.pages.site import Site
    from bot.localhub.scenarios.breakwater import Breakwater
    from bot.localhub.scenarios.harbour import Harbour

_T = TypeVar("_T")
_LOOK_SECONDS = 1.0
_SHA = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything the story happens in."""

    hub: LocalHub
    player: Player
    site: Site
    bot: BotProcess
    harbour: Harbour
    breakwater: Breakwater
    night: Night
    visitors: Visitors

    async def until(self, condition: Callable[[], _T | None], *, seconds: float) -> _T:
        """This function will wait until a condition gives something, looking again at every change and second.

        Raises:
            TimeoutError: it did not in time.
            BotProcessError: the bot ended meanwhile.
        """
        with self.site.changes.watch() as changed:
            ended = asyncio.create_task(self.bot.ended())
            ended.add_done_callback(lambda _: changed.set())
            try:
                async with asyncio.timeout(seconds):
                    while (found := condition()) is None:
                        self.bot.check()
                        with suppress(TimeoutError):  # what happens on this machine tells nobody
                            async with asyncio.timeout(_LOOK_SECONDS):
                                await changed.wait()
                        changed.clear()
                    return found
            finally:
                ended.cancel()


@asynccontextmanager
async def open_world(
    *, clock: Callable[[], datetime], port: int = 0, pace: float = 2.0, start_seconds: float = 60.0
) -> AsyncIterator[World]:
    """This function will start the demo's world and stop it at the end.

    Args:
        clock: tells the time in UTC.
        port: of the local GitHub; 0 takes a free one.
        pace: seconds that a job of a workflow run takes.
        start_seconds: how long the bot may take until it is healthy.

    Raises:
        OSError: the port is taken.
        BotProcessError: the bot did not start.
    """
    opened: list[tuple[Player, Site]] = []

    def extend(hub: LocalHub, application: web.Application) -> None:
        player = Player(hub.store, pace=pace)
        player.services.add_to(application)
        opened.append((player, open_site(hub, application, player=player, commands=command_hints())))

    with tempfile.TemporaryDirectory(prefix="pilothouse-demo-", ignore_cleanup_errors=True) as folder:
        hub = await LocalHub.start(clock=clock, port=port, settings=app_settings(), extend=extend)
        player, site = opened[0]
        night = Night(Path(folder) / "night")
        process = BotProcess(hub, Path(folder), settings={"PILOTHOUSE_LOCAL_REPOSITORIES": FULL_NAME})
        visitors = Visitors(hub, process)
        hub.authorizations.callback_urls = (f"{process.url}/sign-in/callback",)
        try:
            await process.start(seconds=start_seconds)
            hub.set_webhook(f"{process.url}/webhook")
            harbour = seed(hub.store, player, hub.app)
            yield World(
                hub=hub,
                player=player,
                site=site,
                bot=process,
                harbour=harbour,
                breakwater=found(hub.store, player, hub.app),
                night=night,
                visitors=visitors,
            )
        finally:
            await visitors.close()
            await player.close()
            hub.set_webhook(None)
            await hub.deliveries.close()
            await process.stop()
            night.end()
            await hub.close()


def command_hints() -> tuple[CommandHint, ...]:
    """This function will list what the comment box completes: the examples of every slash command, without SHAs."""
    specs = load("handlers.commands", "COMMAND", CommandSpec)
    hints = {
        _without_sha(example): CommandHint(
            insert=_without_sha(example), usage=spec.grammar.usage, summary=spec.grammar.summary
        )
        for spec in specs
        for example in spec.grammar.examples
    }
    return tuple(hints.values())


def _without_sha(example: str) -> str:
    return " ".join(word for word in example.split() if not _SHA.fullmatch(word))
