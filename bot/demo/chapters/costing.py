"""The part of the demo's story about costs: told in an issue, held under a limit, extended by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.production import admin, green, kofi, writer
from bot.demo.telling import Sighting, Step, answered, by_bot, link_to, nothing, refused, says, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Issue

_EXTENSION = "/budget extend 20 until 24:00 because the pilots wait for it"


def _report(world: World) -> Issue | None:
    every = world.harbour.repository.issues.values()
    return next(
        (one for one in every if one.author is world.hub.app.bot and "cost" in one.title.lower()), None
    )


def _tells(part: str, *, words: str) -> Callable[[World, int], Sighting | None]:
    """Look for the day's comment that says so."""

    def seen(world: World, _comment: int) -> Sighting | None:
        issue = _report(world)
        day = next(iter(by_bot(world, issue)), None) if issue is not None else None
        if issue is None or day is None or part not in day.body:
            return None
        return Sighting(words=f"{issue.title}: {words}", url=link_to(world, issue, day), text=visible(day))

    return seen


COSTING: tuple[Step, ...] = (
    Step(
        title="What the day costs is told in an issue",
        act=nothing,
        seen=_tells("$96", words="one comment for today, with charts"),
        seconds=60,
    ),
    Step(
        title="Someone writes /cost",
        act=says(green, kofi, "/cost"),
        seen=answered(green, "succeeded", words="spent so far, forecast, by service, and how sure that is"),
    ),
    Step(
        title="The admin writes /budget enforce, and one person is not enough",
        act=says(green, admin, "/budget enforce"),
        seen=refused(green, "second_person", words="a second person has to say it too"),
    ),
    Step(
        title="A second person says it too",
        act=says(green, writer, "/budget enforce"),
        seen=answered(green, "succeeded", words="the limit acts from now on"),
    ),
    Step(
        title="Nothing new is begun at 95 % of the limit",
        act=says(green, kofi, "/deploy staging"),
        seen=refused(green, "budget_frozen", words="refused, with what was spent and who may extend it"),
    ),
    Step(
        title="Two people extend the budget until midnight: the first",
        act=says(green, kofi, _EXTENSION),
        seen=refused(green, "second_person", words="asked for"),
    ),
    Step(
        title="Two people extend the budget until midnight: the second",
        act=says(green, writer, _EXTENSION),
        seen=answered(green, "succeeded", words="extended, and it ends by itself"),
    ),
    Step(
        title="The look that follows ends the freeze",
        act=nothing,
        seen=_tells("of $120.00", words="the day's comment has the new limit"),
    ),
    Step(
        title="/deploy staging goes again",
        act=says(green, kofi, "/deploy staging"),
        seen=answered(green, "succeeded", words="deployed"),
        seconds=60,
    ),
)
