"""The demo's repository, and a bot in processes of its own that can be killed at any moment."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil

from bot.demo.manifest import app_settings
from bot.demo.process import BotProcess
from bot.localhub.scenarios.harbour import Harbour, seed
from bot.localhub.scenarios.player import Player
from bot.localhub.server import LocalHub
from bot.localhub.state import issues
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from aiohttp import web

    from bot.localhub.state.nouns import Issue, Pull

PATIENCE = 90.0


class Killable:
    """What the tests do to the repository and to the bot."""

    def __init__(self, hub: LocalHub, player: Player, folder: Path) -> None:
        self.hub = hub
        self.player = player
        self.bot = BotProcess(hub, folder)
        self.harbour: Harbour = seed(hub.store, player, hub.app)
        self.repository = self.harbour.repository

    def says(self, place: Pull | Issue, body: str, *, by: str = "kofi") -> int:
        """This function will comment as someone and give the comment's id."""
        author = self.hub.store.user(by)
        made = issues.write_comment(self.hub.store, self.repository, place.number, body=body, author=author)
        return made.id

    def receipts(self, comment_id: int) -> list[str]:
        """This function will give what the bot answered a comment with."""
        start = f"<!-- pilothouse:receipt {comment_id}/"
        return [one.body for one in self.repository.comments.values() if one.body.startswith(start)]

    def reached(self, comment_id: int, word: str) -> Callable[[], bool]:
        """This function will ask whether the answer to a comment says a word."""
        return lambda: any(word in body for body in self.receipts(comment_id))

    async def struck(self, moment: Callable[[], bool]) -> None:
        """This function will kill the bot at a moment, and start it again."""
        await until(moment, within=PATIENCE)
        await self.killed()
        await self.hub.settle()
        await self.bot.start(seconds=60)

    async def killed(self) -> None:
        """This function will kill the web process and its worker as the kernel does when memory runs out."""
        assert self.bot.process is not None
        with suppress(psutil.NoSuchProcess):
            family = [psutil.Process(self.bot.process.pid)]
            family += family[0].children(recursive=True)
            for each in family:
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(SIGKILL)
        await self.bot.process.wait()


@asynccontextmanager
async def killable(
    folder: Path, prepare: Callable[[Killable], None] = lambda _: None
) -> AsyncIterator[Killable]:
    """This function will open the repository and start the bot, whose whole traffic must be as GitHub describes it."""
    players: list[Player] = []

    def extend(hub: LocalHub, application: web.Application) -> None:
        players.append(Player(hub.store, pace=0.3))
        players[0].services.add_to(application)

    record = record_file(folder)
    hub = await LocalHub.start(clock=wall_clock, settings=app_settings(), record=record, extend=extend)
    made = Killable(hub, players[0], folder)
    prepare(made)
    await players[0].played()
    await made.bot.start(seconds=60)
    hub.set_webhook(f"{made.bot.url}/webhook")
    yield made
    await players[0].close()
    await made.bot.stop()
    await hub.close()
    assert_true_to_github(record)
