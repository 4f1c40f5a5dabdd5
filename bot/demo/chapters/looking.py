"""The part of the demo's story about the dashboard: someone signs in, sees what came of an event, and replays it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.demo.chapters.production import admin
from bot.demo.telling import Sighting, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World

_COMMANDS = "/deliveries?event=issue_comment"
# The first row in which a command was obeyed.
_OBEYED = re.compile(r'<a href="(/deliveries/\d+)">(?:(?!</tr>).)*<code>obey</code>', re.DOTALL)
_LEVELS = "/levels"


def _opens(path: str) -> Callable[[World], int]:
    def act(world: World) -> int:
        world.visitors.read(admin(world).login, path)
        return 0

    return act


def _saw(path: str, *words: str, told: str) -> Callable[[World, int], Sighting | None]:
    """Look for a page that says all of these words."""

    def seen(world: World, _: int) -> Sighting | None:
        shown = world.visitors.seen.get((admin(world).login, path))
        if shown is None or not all(word in shown.text.replace("\n", "") for word in words):
            return None
        return Sighting(words=told, url=shown.url, text=shown.text)

    return seen


def _newest_command(world: World) -> str:
    shown = world.visitors.seen.get((admin(world).login, _COMMANDS))
    found = _OBEYED.search(shown.source) if shown else None
    return found[1] if found else ""


def _replays(world: World) -> int:
    path = _newest_command(world)
    world.visitors.press(admin(world).login, path, f"{path}/replay")
    return len(_said(world))


def _nothing_twice(world: World, before: int) -> Sighting | None:
    """It is handled again, and says nothing a second time."""
    seen, login, path = world.visitors.seen, admin(world).login, _newest_command(world)
    if seen.pop((login, f"{world.bot.url}{path}/replay"), None) is not None:
        seen.pop((login, path), None)
        world.visitors.read(login, path)
    shown = seen.get((login, path))
    if shown is None or "Handled" not in shown.text or len(_said(world)) != before:
        return None
    return Sighting(words=f"handled again; still {before} comments", url=shown.url, text=shown.text)


def _said(world: World) -> list[str]:
    return [
        comment.body
        for repository in (world.harbour.repository, world.breakwater.repository)
        for issue in repository.issues.values()
        for comment in issue.comments
        if comment.author is world.hub.app.bot
    ]


LOOKING: tuple[Step, ...] = (
    Step(
        title="The admin signs in to the dashboard with GitHub",
        act=_opens("/"),
        seen=_saw(
            "/", "acme/harbour", "acme/breakwater", told="both repositories, those that need somebody first"
        ),
    ),
    Step(
        title="What came of each comment stands beside its delivery",
        act=_opens(_COMMANDS),
        seen=_saw(_COMMANDS, "issue_comment", told="the newest comments, and what they began"),
    ),
    Step(
        title="One of them is handled once more, and nothing is said twice",
        act=_replays,
        seen=_nothing_twice,
    ),
    Step(
        title="How long people waited for the bot is measured",
        act=_opens(_LEVELS),
        seen=_saw(
            _LEVELS,
            "acknowledge",
            told="from command to answer, from red to summary, from green to merge",
        ),
    ),
)
"""What the dashboard shows of all that happened."""
