"""The story of the demo is whole, and a step that does not happen is named."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.demo.night import Night
from bot.demo.process import BotProcess, BotProcessError
from bot.demo.run import play
from bot.demo.story import STORY
from bot.demo.telling import Sighting, Step, visible
from bot.demo.visitor import Visitors
from bot.demo.world import World, command_hints
from bot.localhub.scenarios.breakwater import found
from bot.localhub.state import issues
from tests.support.pages import visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The demo's world without a bot, any other command of the program, or anybody who looks at its pages."""
    monkeypatch.setattr(BotProcess, "run_beside", lambda *_: None)
    monkeypatch.setattr(Visitors, "read", lambda *_: None)
    monkeypatch.setattr(Visitors, "press", lambda *_: None)
    async with visitor() as ada:
        bot = BotProcess(ada.hub, tmp_path)
        night = Night(tmp_path / "night")
        yield World(
            hub=ada.hub,
            player=ada.player,
            site=ada.site,
            bot=bot,
            harbour=ada.harbour,
            breakwater=found(ada.hub.store, ada.player, ada.hub.app),
            night=night,
            visitors=Visitors(ada.hub, bot),
        )


def _comments(world: World) -> int:
    store, repository = world.hub.store, world.harbour.repository
    return issues.write_comment(store, repository, 3, body="x", author=world.harbour.writer).id


def _sees(text: str = "") -> Step:
    return Step(
        title="Someone comments",
        act=_comments,
        seen=lambda world, comment_id: Sighting(words=f"saw {comment_id}", url=world.hub.url, text=text),
    )


def test_every_step_has_its_own_title_and_a_deadline() -> None:
    assert len({step.title for step in STORY}) == len(STORY)
    assert all(0 < step.seconds <= 300 for step in STORY)


@pytest.mark.parametrize(
    "word",
    [
        "Rust",
        "Python",
        "green",
        "/help",
        "/ping",
        "/status",
        "/shrug",
        "/deploy",
        "/rerun",
        "fix",
        "bake",
        "second person",
        "does not count",
        "rolled back",
        "frozen",
        "/merge --when-green",
        "run again by itself",
        "holds",
        "/backport",
        "on top of each other",
        "/release plan",
        "is refused while a check",
        "arm64 is not uploaded",
        "/release resume",
        "is told",
        "cannot happen twice",
        "mended while people sleep",
        "pilothouse init",
        "deploy-prod.yml",
        "release.yml",
        "/test",
        "/stats",
        "pilothouse doctor",
    ],
)
def test_story_tells_of_everything_the_product_does(word: str) -> None:
    assert any(word in step.title for step in STORY)


async def test_nothing_counts_as_seen_before_the_bot_acts(world: World) -> None:
    """Without a bot no step is seen, but for the silence on the green pull request."""
    silent = {step.title for step in STORY if "green pull request" in step.title}

    for step in STORY:
        assert (step.seen(world, step.act(world)) is not None) == (step.title in silent), step.title


async def test_played_steps_say_what_was_seen_where(world: World) -> None:
    said: list[str] = []

    code = await play(world, said.append, (_sees("\n".join(f"line {n}" for n in range(20))),))

    assert code == 0
    assert " 1. Someone comments" in said
    assert f"    {world.hub.url}" in said
    assert "    | line 0" in said
    assert "    | ... and 6 more lines" in said
    assert said[-1].startswith("All 1 steps happened")


async def test_step_that_does_not_happen_is_named_and_ends_the_story(world: World) -> None:
    said: list[str] = []
    never = Step(title="The moon rises", act=_comments, seen=lambda _world, _id: None, seconds=0.01)

    code = await play(world, said.append, (never, _sees()))

    assert code == 1
    assert " 1. The moon rises" in said
    assert "FAILED: it did not happen within" in said[-1]


async def test_waiting_ends_with_the_change_that_was_waited_for(world: World) -> None:
    green = world.harbour.green.issue
    waiting = asyncio.create_task(world.until(lambda: len(green.comments) or None, seconds=10))
    await asyncio.sleep(0)

    _comments(world)

    assert await waiting == 1


async def test_bot_that_ends_is_reported_with_the_end_of_its_log(world: World, tmp_path: Path) -> None:
    command = (sys.executable, "-c", "print('PORT is taken'); raise SystemExit(78)")
    bot = BotProcess(world.hub, tmp_path, command=command)

    with pytest.raises(BotProcessError, match="ended with code 78") as caught:
        await bot.start(seconds=30)

    assert "PORT is taken" in str(caught.value)
    await bot.stop()


async def test_bot_that_never_is_healthy_is_reported(world: World, tmp_path: Path) -> None:
    bot = BotProcess(world.hub, tmp_path, command=(sys.executable, "-c", "import time; time.sleep(60)"))

    with pytest.raises(BotProcessError, match="not healthy within"):
        await bot.start(seconds=0.2)

    await bot.stop()
    with pytest.raises(BotProcessError, match="ended with code -15"):
        bot.check()


_STUBBORN = """
import http.server, os, signal

class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Healthy).serve_forever()
"""


async def test_bot_that_does_not_obey_is_killed(world: World, tmp_path: Path) -> None:
    bot = BotProcess(world.hub, tmp_path, command=(sys.executable, "-c", _STUBBORN))
    await bot.start(seconds=30)

    await bot.stop(seconds=0.1)

    with pytest.raises(BotProcessError, match="ended with code -9"):
        bot.check()


async def test_bot_that_dies_in_the_middle_ends_the_waiting(world: World, tmp_path: Path) -> None:
    bot = BotProcess(world.hub, tmp_path, command=(sys.executable, "-c", _STUBBORN))
    await bot.start(seconds=30)
    waiting: asyncio.Task[object] = asyncio.create_task(
        replace(world, bot=bot).until(lambda: None, seconds=30)
    )
    await asyncio.sleep(0)

    await bot.stop(seconds=0)

    with pytest.raises(BotProcessError, match="ended with code -9"):
        await waiting


def test_hints_are_the_examples_of_the_commands() -> None:
    hints = {hint.insert: hint for hint in command_hints()}

    assert hints["/deploy staging"].usage.startswith("/deploy ENV")
    assert hints["/ping"].summary
    assert "/deploy production" in hints  # its example names a SHA that no pull request here has


async def test_hidden_markers_are_not_shown(world: World) -> None:
    store, repository = world.hub.store, world.harbour.repository
    comment = issues.write_comment(
        store, repository, 3, body="<!-- pilothouse:summary -->\nwell\n", author=world.hub.app.bot
    )

    assert visible(comment) == "well"
